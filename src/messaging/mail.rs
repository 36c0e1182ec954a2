//! An email as it leaves the shop, and who takes it.
//!
//! Whatever goes into a header is one line: a message with a line break in its subject or address is refused, and so
//! is one that names more than one recipient. Errors never repeat an address or what a message says.

use super::mailbox::{Kept, Mailbox};
use crate::server::{config::Config, state::Shop};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        self, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId},
};
use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};
use uuid::Uuid;

/// A rendered email.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// One address, without a name.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Who takes email.
pub enum Postman {
    /// The development mailbox: pages at `/dev/mail`.
    Mailbox(Mailbox),
    Smtp(Smtp),
    /// Nobody: email waits in the outbox.
    Absent,
}

/// A mail server, as `SMTP_URL` names it. It cannot be printed: the address holds a password.
#[derive(Clone)]
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

/// How long a mail server may take for one command.
const COMMAND_TIME: Duration = Duration::from_secs(15);

/// Why an email did not leave. Nothing of this names a person.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("it could not be composed")]
    Uncomposed,
    /// An address that is none, or more than a line in a header.
    #[error("it is not fit to be sent")]
    Unfit,
    #[error("the mail server answered {0}")]
    Refused(smtp::response::Code),
    #[error("the mail server answered something else than expected")]
    Unintelligible,
    #[error("the mail server does not answer: {0}")]
    Unreachable(String),
    #[error("it took too long")]
    Slow,
    #[error("the development mailbox: {0}")]
    Disk(#[from] std::io::Error),
    #[error("there is no mail server")]
    Absent,
}

impl Postman {
    /// The one that the settings ask for.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        match &config.smtp {
            Some(smtp) => Self::Smtp(smtp.clone()),
            None if config.is_playground() => Self::Mailbox(Mailbox::new(config.data_dir.join("mailbox"))),
            None => Self::Absent,
        }
    }

    /// Sends an email. One that is sent again under the same id is recognisable as the same.
    pub async fn send(&self, shop: &Shop, id: Uuid, mail: &Mail) -> Result<(), SendError> {
        let message = message(shop, id, mail)?;
        match self {
            Self::Smtp(Smtp(transport)) => Ok(transport.send(message).await.map(drop)?),
            Self::Mailbox(mailbox) => Ok(mailbox.keep(kept(shop, id, mail, &message)).await?),
            Self::Absent => Err(SendError::Absent),
        }
    }
}

impl Smtp {
    /// Reads `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://…?tls=required`; a path is the name to greet the server
    /// with, in place of `name`.
    #[must_use]
    pub fn parse(url: &str, name: &str) -> Option<Self> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).ok()?.timeout(Some(COMMAND_TIME));
        let (_, rest) = url.split_once("://")?;
        let path = rest.split(['?', '#']).next()?.split_once('/').map_or("", |(_, path)| path);
        if path.is_empty() {
            builder = builder.hello_name(ClientId::Domain(name.to_owned()));
        }
        Some(Self(builder.build()))
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp(…)")
    }
}

impl From<smtp::Error> for SendError {
    fn from(error: smtp::Error) -> Self {
        // What a server answers may repeat the address, so only its code is told.
        match error.status() {
            Some(code) => Self::Refused(code),
            None if error.is_response() => Self::Unintelligible,
            None if error.is_timeout() => Self::Slow,
            None => Self::Unreachable(error.to_string()),
        }
    }
}

/// The whole message. Its `Message-ID` follows from the id alone.
fn message(shop: &Shop, id: Uuid, mail: &Mail) -> Result<Message, SendError> {
    let from = &shop.config.mail_from;
    let name = from.name.clone().unwrap_or_else(|| shop.info.load().name.replace(char::is_control, " "));
    let to = Some(&mail.to).filter(|to| is_one_line(to)).and_then(|to| to.parse::<Address>().ok());
    let to = to.filter(|_| is_one_line(&mail.subject)).ok_or(SendError::Unfit)?;
    let now = Duration::from_millis(u64::try_from(shop.clock.now().0).unwrap_or(0));
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    Message::builder()
        .from(message::Mailbox::new(Some(name), from.email.clone()))
        .to(message::Mailbox::new(None, to))
        .subject(&mail.subject)
        .date(UNIX_EPOCH + now)
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|_| SendError::Unfit)
}

fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn kept(shop: &Shop, id: Uuid, mail: &Mail, message: &Message) -> Kept {
    let header = |name| message.headers().get_raw(name).unwrap_or_default().to_owned();
    Kept {
        id,
        at: shop.clock.now(),
        from: header("From"),
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        message_id: header("Message-ID"),
        text: mail.text.clone(),
        html: mail.html.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_named_by_an_address_with_or_without_encryption() {
        for url in [
            "smtps://shop:s%40crets@mail.example:465",
            "smtp://mail.example?tls=required",
            "smtp://127.0.0.1:2525",
            "smtps://mail.example/greeting.example",
        ] {
            assert!(Smtp::parse(url, "shop.example").is_some(), "{url}");
        }
        for url in ["mail.example:25", "https://mail.example", "smtp://", "smtp://mail.example?tls=perhaps", "smtp:x"] {
            assert!(Smtp::parse(url, "shop.example").is_none(), "{url}");
        }
    }

    #[test]
    fn what_breaks_a_line_is_found() {
        assert!(is_one_line("Größe 42 – ready"));
        for text in ["a\nb", "a\r\nBcc: b", "a\u{0}", "a\u{85}b", "a\u{2028}b", "a\tb"] {
            assert!(!is_one_line(text), "{text:?}");
        }
    }
}
