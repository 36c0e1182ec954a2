//! What stands in a letter below its words: what was bought and what it comes to, an address, a link.
//!
//! Every text is escaped here, and an address that is linked to is one of the web.

use super::letters::escape;

/// A part of a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// Names with what belongs to each, a row each.
    Rows(Vec<Row>),
    /// A small heading and lines.
    Lines { heading: String, lines: Vec<String> },
    /// A link to a place outside of the shop.
    Link { text: String, url: String },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub name: String,
    /// Smaller, below the name; may be empty.
    pub detail: String,
    pub value: String,
    pub is_total: bool,
}

impl Row {
    #[must_use]
    pub fn new(name: String, value: String) -> Self {
        Self { name, detail: String::new(), value, is_total: false }
    }
}

const CELL: &str = "padding:9px 0;border-bottom:1px solid #8b8a8266;vertical-align:top";
const VALUE: &str = "text-align:right;white-space:nowrap;padding-left:16px";

impl Block {
    /// As plain text, without a line break at its end.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Rows(rows) => rows.iter().map(row_text).collect::<Vec<_>>().join("\n"),
            Self::Lines { heading, lines } => format!("{heading}:\n{}", lines.join("\n")),
            Self::Link { text, url } => format!("{text}:\n{url}"),
        }
    }

    #[must_use]
    pub fn html(&self) -> String {
        match self {
            Self::Rows(rows) => {
                let rows: String = rows.iter().map(row_html).collect();
                format!(
                    "<table style=\"width:100%;border-collapse:collapse;margin:0 0 24px;font-size:15px\">{rows}</table>"
                )
            }
            Self::Lines { heading, lines } => {
                let lines: Vec<_> = lines.iter().map(|line| escape(line)).collect();
                let (heading, lines) = (escape(heading), lines.join("<br>"));
                format!(
                    "<p style=\"margin:0 0 16px\"><strong style=\"font-size:14px\">{heading}</strong><br>{lines}</p>"
                )
            }
            Self::Link { text, url } if is_web(url) => {
                let (text, url) = (escape(text), escape(url));
                format!("<p style=\"margin:0 0 16px\"><a href=\"{url}\" style=\"color:inherit\">{text}</a></p>")
            }
            Self::Link { text, .. } => format!("<p style=\"margin:0 0 16px\">{}</p>", escape(text)),
        }
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn row_text(row: &Row) -> String {
    let detail = if row.detail.is_empty() { String::new() } else { format!(" ({})", row.detail) };
    let value = if row.value.is_empty() { String::new() } else { format!(": {}", row.value) };
    format!("{}{detail}{value}", row.name)
}

fn row_html(row: &Row) -> String {
    let (name, value) = (escape(&row.name), escape(&row.value));
    let detail = match row.detail.as_str() {
        "" => String::new(),
        detail => format!("<br><span style=\"font-size:13px\">{}</span>", escape(detail)),
    };
    let weight = if row.is_total { ";font-weight:700;font-size:17px" } else { "" };
    format!(
        "<tr><th scope=\"row\" style=\"{CELL};text-align:left;font-weight:inherit{weight}\">{name}{detail}</th>\
         <td style=\"{CELL};{VALUE}{weight}\">{value}</td></tr>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_block_is_html() {
        let nasty = "<b onclick='x'>\"&".to_owned();
        let row = Row { name: nasty.clone(), detail: nasty.clone(), value: nasty.clone(), is_total: true };
        let blocks = [
            Block::Rows(vec![row]),
            Block::Lines { heading: nasty.clone(), lines: vec![nasty.clone()] },
            Block::Link { text: nasty.clone(), url: format!("https://{nasty}") },
        ];
        for block in blocks {
            assert!(
                !block.html().contains("<b") || block.html().replace("<br>", "").find("<b").is_none(),
                "{}",
                block.html()
            );
            assert!(block.html().contains("&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;"), "{}", block.html());
            assert!(block.text().contains(&nasty));
        }
    }

    #[test]
    fn only_an_address_of_the_web_is_linked_to() {
        for url in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "mailto:x@example.com"] {
            let block = Block::Link { text: "Track".into(), url: url.into() };
            assert!(!block.html().contains("href"), "{}", block.html());
        }
    }

    #[test]
    fn rows_are_lines_of_the_text_version() {
        let total = Row { is_total: true, ..Row::new("Total".into(), "$5.00".into()) };
        let line = Row { detail: "M, Blue".into(), ..Row::new("2 × Shirt".into(), "$5.00".into()) };
        assert_eq!(Block::Rows(vec![line, total]).text(), "2 × Shirt (M, Blue): $5.00\nTotal: $5.00");
    }
}
