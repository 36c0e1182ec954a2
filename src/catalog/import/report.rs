//! What an import tells: what was wrong with which row, what changed, and the sum.

use std::fmt;

/// Something wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The line of the file, from 1.
    pub line: u64,
    /// The heading of the column, or empty when it is about the whole row.
    pub column: String,
    pub reason: String,
}

impl Problem {
    pub fn new(line: u64, column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { line, column: column.into(), reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What a row does, for a dry run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    NewProduct {
        handle: String,
    },
    NewSku {
        sku: String,
    },
    /// The product or SKU, and each field that changes from what to what.
    Changed {
        what: String,
        fields: Vec<(&'static str, String, String)>,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewProduct { handle } => write!(f, "new product {handle}"),
            Self::NewSku { sku } => write!(f, "new SKU {sku}"),
            Self::Changed { what, fields } => {
                write!(f, "{what}:")?;
                for (i, (field, from, to)) in fields.iter().enumerate() {
                    let comma = if i > 0 { ";" } else { "" };
                    write!(f, "{comma} {field} {} → {}", Short(from), Short(to))?;
                }
                Ok(())
            }
        }
    }
}

/// A value in one short line.
struct Short<'a>(&'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = crate::domain::text::truncate(self.0, 40);
        let dots = if cut.len() < self.0.len() { "…" } else { "" };
        write!(f, "'{}{dots}'", cut.replace(['\n', '\r'], " "))
    }
}

/// The sum of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    pub products_new: u64,
    pub products_changed: u64,
    pub products_unchanged: u64,
    pub skus_new: u64,
    pub skus_changed: u64,
    pub skus_unchanged: u64,
    pub rows_refused: u64,
    pub rows: u64,
    pub warnings: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { products_new, products_changed, products_unchanged, skus_new, skus_changed, skus_unchanged, .. } =
            self;
        write!(
            f,
            "products: {products_new} new, {products_changed} changed, {products_unchanged} unchanged; \
             SKUs: {skus_new} new, {skus_changed} changed, {skus_unchanged} unchanged; rows refused: {}",
            self.rows_refused
        )?;
        if self.warnings > 0 { write!(f, "; warnings: {}", self.warnings) } else { Ok(()) }
    }
}

/// Where an import tells what it sees, as it goes.
pub trait Report {
    /// A row that is left out.
    fn refused(&mut self, problem: &Problem);
    /// Something odd that stops nothing.
    fn warning(&mut self, problem: &Problem);
    /// What a row would do (dry runs only).
    fn effect(&mut self, line: u64, effect: &Effect);
    /// How far it is.
    fn progress(&mut self, bytes_read: u64, rows: u64);
}

/// Tells nobody.
impl Report for () {
    fn refused(&mut self, _: &Problem) {}
    fn warning(&mut self, _: &Problem) {}
    fn effect(&mut self, _: u64, _: &Effect) {}
    fn progress(&mut self, _: u64, _: u64) {}
}
