//! Giveaways: the page, and what is written to who enters.

use crate::{domain::timestamp::Timestamp, error::AppError};

pub const ENTER: &str = "Enter";
pub const EMAIL: &str = "Email";
pub const EMAIL_HINT: &str = "One entry for each address. You get a link to confirm it.";
/// What who enters agrees to; kept with the entry, word for word.
pub const AGREEMENT: &str = "I have read the terms, and agree that my address is kept for this giveaway until the prizes \
                             are sent, and used for nothing else.";
pub const TERMS: &str = "The terms";
pub const SENT: &str = "We have sent a link to the address you gave. Follow it, and you take part.";
pub const CONFIRMED: &str = "You take part. Good luck!";
pub const CONFIRM_TITLE: &str = "Confirm your entry";
pub const CONFIRM_TEXT: &str = "One step left: confirm that you want to take part.";
pub const CONFIRM: &str = "Take part";
pub const COMING: &str = "You can enter from this moment on:";
pub const CLOSED: &str = "Nobody can enter any more. The draw is next.";
pub const WINNERS: &str = "The winners";
pub const NO_WINNERS: &str = "Nobody took part.";
pub const WINNERS_TEXT: &str = "First prize first. Winners have been written to.";
pub const FAIR: &str = "How it is drawn";
pub const FAIR_TEXT: &str = "Before anybody entered we chose a secret number, the seed, and published its SHA-256 hash below. \
                             After the end we publish the list of all tickets and the seed itself. Each ticket gets a \
                             number, the SHA-256 hash of the lines seed, list hash, beacon, ticket; the lowest numbers \
                             win.";
pub const FAIR_BEACON: &str = "A number from outside, the beacon, is mixed in. It becomes known only after the list of \
                               tickets was published, so that list cannot have been made to suit it:";
pub const FAIR_NO_BEACON: &str = "No number from outside is mixed in. This shows that the seed was not changed after the \
                                  start; it cannot show that we, who know the seed, did not enter tickets until the \
                                  draw suited us.";
pub const FAIR_CHECK: &str = "You can draw it again yourself. In a terminal, the number of a ticket is:";
pub const COMMITMENT: &str = "Hash of the seed";
pub const SEED: &str = "Seed";
pub const BEACON: &str = "Beacon";
pub const LIST: &str = "List of tickets";
pub const LIST_HASH: &str = "Hash of the list";
pub const TICKETS: &str = "tickets.txt";
pub const CLOSES: &str = "Ends";
pub const PRIZES: &str = "Prizes";
pub const ENTRIES: &str = "Taking part";

pub const LETTER_HEADING: &str = "Confirm your entry";
pub const NOT_YOU: &str = "If this was not you, do nothing: without this link you do not take part.";
pub const WON_HEADING: &str = "You have won";
pub const WON_NEXT: &str = "Answer this email with the address your prize is to be sent to.";
pub const SEE_DRAW: &str = "See the draw";

#[must_use]
pub fn letter(title: &str) -> String {
    format!("Somebody, we hope you, entered this address in our giveaway “{title}”. Follow the link to take part.")
}

#[must_use]
pub fn won(title: &str, ticket: &str) -> String {
    format!("Your ticket {ticket} was drawn in our giveaway “{title}”.")
}

#[must_use]
pub fn ticket(ticket: &str) -> String {
    format!("Your ticket is {ticket}. It takes part in the draw.")
}

#[must_use]
pub fn moment(at: Timestamp) -> String {
    crate::messages::date_and_time(at)
}

/// Why an entry was refused.
#[must_use]
pub fn refused(error: &AppError) -> String {
    match error {
        AppError::LinkExpired => "This giveaway takes no entries now.".to_owned(),
        error => crate::messages::error(error),
    }
}
