//! Synonyms as a shop writes them down, one rule a line.

use serde::{Deserialize, Serialize};

/// The longest line that is a rule.
pub const MAX_LENGTH: usize = 500;

/// `hat, cap`: each means the others too. `sneakers => casual shoes, sports shoes`: the left side means the right one,
/// the closest first, and not the other way round.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    from: Vec<String>,
    to: Vec<String>,
}

impl Rule {
    /// Reads a line; `None` when it is no rule.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let terms = |side: &str| -> Vec<String> {
            let terms = side.split(',').map(crate::domain::text::key);
            terms.filter(|term| term.chars().any(char::is_alphanumeric)).collect()
        };
        if line.len() > MAX_LENGTH {
            return None;
        }
        let rule = match line.split_once("=>") {
            Some((from, to)) => Self { from: terms(from), to: terms(to) },
            None => Self { from: terms(line), to: vec![] },
        };
        let is_whole = !rule.from.is_empty() && (rule.from.len() > 1 || !rule.to.is_empty());
        (is_whole && line.contains("=>") != rule.to.is_empty()).then_some(rule)
    }

    /// What each of its terms means.
    pub(super) fn directions(&self) -> Vec<(&str, Vec<&str>)> {
        let others = |term: &String| -> Vec<&str> {
            let all = if self.to.is_empty() { &self.from } else { &self.to };
            all.iter().filter(|other| *other != term).map(String::as_str).collect()
        };
        self.from.iter().map(|term| (term.as_str(), others(term))).collect()
    }
}

/// The line that means this rule, in its one spelling.
impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.from.join(", "))?;
        if self.to.is_empty() { Ok(()) } else { write!(f, " => {}", self.to.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_written() {
        for line in ["hat, cap", "sneakers, kicks => casual shoes, sports shoes"] {
            assert_eq!(Rule::parse(line).unwrap().to_string(), line);
        }
        assert_eq!(Rule::parse(" Tee ,T-Shirt").unwrap().to_string(), "tee, t-shirt");
    }

    #[test]
    fn what_says_nothing_is_no_rule() {
        for line in ["", "hat", "hat,", "=> cap", "hat =>", ",,,", "a => , !"] {
            assert_eq!(Rule::parse(line), None, "{line}");
        }
        assert_eq!(Rule::parse(&format!("a, {}", "b".repeat(MAX_LENGTH))), None);
    }
}
