//! Who an order goes to: parsed at the edge, so that an [`Email`] or a [`Recipient`] that exists is valid.

use super::country::Country;
use serde::{Deserialize, Serialize};

/// An email address: one `@`, a name before it, a dotted host after it, no white space, at most 254 characters.
///
/// The check is deliberately plain (RFC 5321's limits, no regular expression): only a delivered mail proves more.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        let well_formed = text.len() <= 254
            && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
            && text.split_once('@').is_some_and(|(name, host)| is_mailbox(name) && is_host(host));
        if well_formed { Ok(Self(text.to_owned())) } else { Err("not an email address") }
    }
}

fn is_mailbox(name: &str) -> bool {
    (1..=64).contains(&name.len()) && !name.contains(['<', '>', '"', ',', ';', ':', '\\'])
}

fn is_host(host: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty() && !l.starts_with('-') && !l.ends_with('-') && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    host.contains('.') && host.split('.').all(label)
}

/// A delivery address as a person types it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    pub line1: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub postcode: String,
    #[serde(default)]
    pub country: String,
}

/// A person and a place that parcels reach.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recipient {
    pub email: Email,
    pub name: String,
    pub line1: String,
    pub city: String,
    pub postcode: String,
    pub country: Country,
}

/// The field of a form that something is wrong with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Email,
    Name,
    Line1,
    City,
    Postcode,
    Country,
    ShippingMethod,
    PaymentMethod,
    Card,
    Expiry,
    SecurityCode,
    Password,
    NewPassword,
    /// A one-time code.
    Code,
    /// The number of a parcel.
    Tracking,
    /// The page that tells of a parcel.
    TrackingUrl,
    Amount,
    /// Why somebody did something.
    Why,
    Note,
    /// A box that has to be ticked.
    Agreement,
    Coupon,
    GiftCard,
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    Missing,
    TooLong,
    Malformed,
    /// Well-formed, but not one of the things there are to choose from.
    Unknown,
    /// A date that has gone by.
    Past,
    TooShort,
    /// Not the right one.
    Wrong,
    /// So many people use it that it is tried first.
    Common,
    /// Nothing is delivered there.
    NotServed,
}

pub type FieldErrors = Vec<(Field, Problem)>;

/// The most characters a name or a line of an address may have.
pub const MAX_LINE: usize = 120;

impl Recipient {
    /// Parses what was typed; on failure every field that is wrong is named, not only the first.
    pub fn parse(email: &str, name: &str, address: &AddressForm) -> Result<Self, FieldErrors> {
        let mut errors = Vec::new();
        let name = line(Field::Name, name, MAX_LINE, &mut errors);
        let line1 = line(Field::Line1, &address.line1, MAX_LINE, &mut errors);
        let city = line(Field::City, &address.city, MAX_LINE, &mut errors);
        let country = Country::parse(address.country.trim());
        if country.is_none() {
            let problem = if address.country.trim().is_empty() { Problem::Missing } else { Problem::Unknown };
            errors.push((Field::Country, problem));
        }
        let postcode = if country.is_some_and(|c| !c.has_postcodes()) && address.postcode.trim().is_empty() {
            String::new()
        } else {
            line(Field::Postcode, &address.postcode, 16, &mut errors)
        };
        let parsed_email = Email::try_from(email.to_owned());
        if parsed_email.is_err() {
            let problem = if email.trim().is_empty() { Problem::Missing } else { Problem::Malformed };
            errors.push((Field::Email, problem));
        }
        match (parsed_email, country) {
            (Ok(email), Some(country)) if errors.is_empty() => Ok(Self { email, name, line1, city, postcode, country }),
            _ => {
                errors.sort_by_key(|(field, _)| *field);
                Err(errors)
            }
        }
    }
}

/// A name by itself.
pub fn parse_name(text: &str) -> Result<String, FieldErrors> {
    let mut errors = Vec::new();
    let name = line(Field::Name, text, MAX_LINE, &mut errors);
    if errors.is_empty() { Ok(name) } else { Err(errors) }
}

/// One line of text, trimmed; what is wrong with it goes to `errors`.
#[must_use]
pub fn line(field: Field, text: &str, limit: usize, errors: &mut FieldErrors) -> String {
    let text = text.trim();
    let problem = if text.is_empty() {
        Some(Problem::Missing)
    } else if text.chars().count() > limit {
        Some(Problem::TooLong)
    } else if text.chars().any(char::is_control) {
        Some(Problem::Malformed)
    } else {
        None
    };
    errors.extend(problem.map(|problem| (field, problem)));
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> AddressForm {
        AddressForm { line1: "1 Quay".into(), city: "Ely".into(), postcode: "CB7 4AA".into(), country: "gb".into() }
    }

    #[test]
    fn an_address_is_trimmed_and_its_country_known() {
        let recipient = Recipient::parse(" ada@example.com ", " Ada ", &address()).unwrap();
        assert_eq!((recipient.email.as_str(), recipient.name.as_str()), ("ada@example.com", "Ada"));
        assert_eq!(recipient.country.name(), "United Kingdom");
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form =
            AddressForm { line1: "x".repeat(121), city: "a\u{0}b".into(), postcode: " ".into(), country: "ZZ".into() };
        let errors = Recipient::parse("nobody", "", &form).unwrap_err();
        let expected = vec![
            (Field::Email, Problem::Malformed),
            (Field::Name, Problem::Missing),
            (Field::Line1, Problem::TooLong),
            (Field::City, Problem::Malformed),
            (Field::Postcode, Problem::Missing),
            (Field::Country, Problem::Unknown),
        ];
        assert_eq!(errors, expected);
    }

    #[test]
    fn a_country_without_postcodes_needs_none() {
        let form = AddressForm { postcode: String::new(), country: "HK".into(), ..address() };
        assert!(Recipient::parse("ada@example.com", "Ada", &form).is_ok());
    }

    #[test]
    fn emails_that_cannot_be_are_refused() {
        for text in ["", "@", "a@", "@b.c", "a@b", "a b@c.de", "a@b..c", "a@-b.c", "a\n@b.cd", "<a>@b.cd", "a@b@c.de"] {
            assert!(Email::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(Email::try_from(format!("{}@b.cd", "a".repeat(65))).is_err());
        assert!(Email::try_from("dörte.o'neil+x@exämple.co.uk".to_owned()).is_ok());
    }
}
