//! Gathers the rows of one product: adjacent rows with one handle.

use super::{report::Problem, row::Row};

/// The rows of a product that could be read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Group {
    pub handle: String,
    pub rows: Vec<Row>,
    /// The line of a refused row that would have described the product itself.
    pub lost_product: Option<u64>,
}

/// Puts rows together as they come.
#[derive(Default)]
pub struct Groups {
    current: Group,
}

impl Groups {
    /// Takes a row; gives the group before it when the row begins another.
    pub fn push(&mut self, row: Row) -> Option<Group> {
        let finished = self.turn_to(&row.handle);
        self.current.rows.push(row);
        finished
    }

    /// Takes note of a row that was refused. `had_title`: it would have described the product.
    pub fn lose(&mut self, handle: &str, line: u64, had_title: bool) -> Option<Group> {
        let finished = self.turn_to(handle);
        if had_title {
            self.current.lost_product = Some(line);
        }
        finished
    }

    fn turn_to(&mut self, handle: &str) -> Option<Group> {
        if self.current.handle == handle {
            return None;
        }
        let next = Group { handle: handle.to_owned(), ..Group::default() };
        Some(std::mem::replace(&mut self.current, next)).filter(|group| !group.rows.is_empty())
    }

    /// The last group, at the end of the file.
    pub fn finish(self) -> Option<Group> {
        Some(self.current).filter(|group| !group.rows.is_empty())
    }
}

impl Group {
    /// The first row that describes the product.
    #[must_use]
    pub fn product_row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.product.is_some())
    }

    /// All its rows, refused for what is wrong with the one that describes the product.
    #[must_use]
    pub fn refuse_for(&self, problem: Problem) -> Vec<Problem> {
        let others = self.refuse_all(&format!("belongs to a product that was refused in line {}", problem.line));
        let others = others.into_iter().filter(|other| other.line != problem.line);
        let others: Vec<_> = others.collect();
        std::iter::once(problem).chain(others).collect()
    }

    /// All its rows, refused for one reason.
    #[must_use]
    pub fn refuse_all(&self, reason: &str) -> Vec<Problem> {
        self.rows.iter().map(|row| Problem::new(row.line, "", reason)).collect()
    }
}
