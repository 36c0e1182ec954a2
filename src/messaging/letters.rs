//! What the shop's emails say and look like. Each is made when it is sent, from its row in the outbox.
//!
//! Mail clients know little of HTML, and many turn colours round in the dark; so a letter sets no ground and no ink
//! of its own, only a button that is readable on either. The text version says the same, its link on its own line.

use super::{blocks::Block, mail::Mail, outbox::Topic};
use crate::{error::AppError, messages, server::state::Shop};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Makes the email of a row, by its id; nothing when there is no longer anything to say.
///
/// # Errors
/// The row is not one that a letter can be made of. It is not told why: that would put somebody's data into the log.
pub async fn compose(shop: &Shop, row: Uuid, topic: Topic, payload: &Value) -> Result<Option<Mail>, AppError> {
    match topic {
        Topic::OrderConfirmed
        | Topic::OrderPaid
        | Topic::OrderExpired
        | Topic::OrderShipped
        | Topic::OrderDelivered
        | Topic::OrderCancelled
        | Topic::OrderReduced
        | Topic::OrderRefunded => crate::orders::letters::compose(shop, row, topic, payload).await,
        // For staff, who see it at their desk.
        Topic::RefundDue => Ok(None),
        // Words that stand in the row.
        _ if payload.get("heading").is_some() => note(shop, payload).map(Some),
        Topic::Note => Err(AppError::internal("a letter cannot be made of its row")),
        Topic::VerifyEmail | Topic::ResetPassword | Topic::EmailChanged | Topic::SecurityNotice | Topic::DataExport => {
            crate::account::service::letters::compose(shop, row, topic, payload).await
        }
    }
}

/// A letter whose words stand in the row.
#[derive(Deserialize)]
struct Note {
    to: String,
    subject: String,
    heading: String,
    paragraphs: Vec<String>,
    button: Option<Button>,
}

#[derive(Deserialize)]
struct Button {
    text: String,
    /// Within the shop, from its `/`.
    path: String,
}

fn note(shop: &Shop, payload: &Value) -> Result<Mail, AppError> {
    let unfit = || AppError::internal("a letter cannot be made of its row");
    let note = Note::deserialize(payload).map_err(|_| unfit())?;
    let button = match &note.button {
        Some(button) if button.path.starts_with('/') => {
            Some((&*button.text, shop.config.base_url.clone() + &button.path))
        }
        Some(_) => return Err(unfit()),
        None => None,
    };
    let (text, html) =
        letter(shop, &note.heading, &note.paragraphs, button.as_ref().map(|(text, url)| (*text, &**url)));
    Ok(Mail { to: note.to, subject: note.subject, text, html })
}

/// What is in a letter.
pub struct Content<'a> {
    pub heading: &'a str,
    pub paragraphs: &'a [String],
    pub blocks: &'a [Block],
    /// What it says, and the whole address it leads to.
    pub button: Option<(&'a str, &'a str)>,
}

/// The text and the HTML of a letter of words alone. The button is what it says and the whole address it leads to.
#[must_use]
pub fn letter(shop: &Shop, heading: &str, paragraphs: &[String], button: Option<(&str, &str)>) -> (String, String) {
    letter_of(shop, &Content { heading, paragraphs, blocks: &[], button })
}

/// The text and the HTML of a letter.
#[must_use]
pub fn letter_of(shop: &Shop, content: &Content) -> (String, String) {
    let info = shop.info.load();
    let letter = Letter { name: &info.name, home: &shop.config.base_url, content };
    (letter.text(), letter.html())
}

struct Letter<'a> {
    /// The shop's.
    name: &'a str,
    home: &'a str,
    content: &'a Content<'a>,
}

impl Letter<'_> {
    fn text(&self) -> String {
        let content = self.content;
        let mut parts = vec![content.heading.to_owned()];
        parts.extend(content.paragraphs.iter().cloned());
        parts.extend(content.blocks.iter().map(Block::text));
        parts.extend(content.button.map(|(text, url)| format!("{text}:\n{url}")));
        // What mail clients take for a signature.
        parts.push(format!("-- \n{}\n{}\n", self.name, self.home));
        parts.join("\n\n")
    }

    fn html(&self) -> String {
        let (heading, name, home) = (escape(self.content.heading), escape(self.name), escape(self.home));
        let paragraph = |text: &String| format!("<p style=\"margin:0 0 16px\">{}</p>", escape(text));
        let paragraphs: String = self.content.paragraphs.iter().map(paragraph).collect();
        let blocks: String = self.content.blocks.iter().map(Block::html).collect();
        let button = self.content.button.map_or(String::new(), |(text, url)| button(&escape(text), &escape(url)));
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\
             <style>:root{{color-scheme:light dark}}</style></head>\
             <body style=\"margin:0;padding:0\"><div style=\"max-width:560px;margin:0 auto;padding:32px 24px;\
             font:16px/1.55 'Avenir Next','Segoe UI',system-ui,Helvetica,Arial,sans-serif\">\
             <p style=\"margin:0 0 24px;padding-bottom:12px;border-bottom:3px solid #c2412a;font:600 18px/1.3 Rockwell,\
             Georgia,serif\">{name}</p>\
             <h1 style=\"margin:0 0 16px;font:600 26px/1.25 Rockwell,Georgia,serif\">{heading}</h1>{paragraphs}{blocks}{button}\
             <p style=\"margin:32px 0 0;padding-top:12px;border-top:1px solid #8b8a82;font-size:14px\">{name}<br>\
             <a href=\"{home}\" style=\"color:inherit\">{home}</a></p></div></body></html>"
        )
    }
}

fn button(text: &str, url: &str) -> String {
    let hint = messages::LETTER_LINK;
    format!(
        "<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"display:inline-block;padding:13px 22px;border-radius:3px;\
         background-color:#b8331d;color:#ffffff;font-weight:600;text-decoration:none\">{text}</a></p>\
         <p style=\"margin:0 0 16px;font-size:14px\">{hint}<br>\
         <a href=\"{url}\" style=\"color:inherit;word-break:break-all\">{url}</a></p>"
    )
}

/// Text as it stands in HTML, also within a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://shop.example/verify?a=1&b=2";

    fn nasty() -> (String, String) {
        let paragraphs = ["Hello <script>alert('x')</script> & welcome".to_owned()];
        let button = Some(("Yes \"now\"", LINK));
        let content = Content { heading: "<b>Hi</b>", paragraphs: &paragraphs, blocks: &[], button };
        let letter = Letter { name: "Nuts & Bolts", home: "https://shop.example", content: &content };
        (letter.text(), letter.html())
    }

    #[test]
    fn nothing_that_a_customer_typed_is_html() {
        let (_, html) = nasty();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; welcome"), "{html}");
        assert!(html.contains("Nuts &amp; Bolts") && html.contains("Yes &quot;now&quot;"), "{html}");
        assert!(html.contains("href=\"https://shop.example/verify?a=1&amp;b=2\""), "{html}");
    }

    #[test]
    fn the_text_version_has_its_link_on_a_line_of_its_own_and_escapes_nothing() {
        let (text, _) = nasty();
        assert!(text.lines().any(|line| line == LINK), "{text}");
        assert!(text.starts_with("<b>Hi</b>\n\nHello <script>"), "{text}");
        assert!(text.ends_with("-- \nNuts & Bolts\nhttps://shop.example\n"), "{text}");
    }

    #[test]
    fn a_letter_without_a_button_has_no_hint_about_one() {
        let content = Content { heading: "Hi", paragraphs: &[], blocks: &[], button: None };
        let letter = Letter { name: "Shop", home: "https://shop.example", content: &content };
        assert!(!letter.html().contains(messages::LETTER_LINK));
    }
}
