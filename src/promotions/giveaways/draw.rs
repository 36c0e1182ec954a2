//! The draw: a pure function of the seed, the beacon and the list of tickets. `printf '%s\n' SEED LIST_HASH BEACON TICKET
//! | sha256sum` gives a ticket's number; the lowest numbers win.

use super::{
    entries,
    rows::{self, DrawRow, GiveawayRow},
};
use crate::{
    db::Conn,
    domain::timestamp::Timestamp,
    error::AppError,
    messages::giveaway as words,
    messaging::outbox::{self, Topic},
    server::state::Shop,
};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What is written down as how it was drawn.
pub const ALGORITHM: &str = "lowest SHA-256 of the lines seed, list hash, beacon, ticket";
/// How long after its end a giveaway can be drawn: who confirmed at the last moment is in the list by then.
pub(super) const SETTLED: i64 = Timestamp::MINUTE;

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is published of a seed before the draw: the SHA-256 of its text.
#[must_use]
pub fn commitment(seed: &str) -> String {
    sha256(seed)
}

/// The SHA-256 of a sorted list of tickets, each on a line of its own.
#[must_use]
pub fn list_hash(tickets: &[String]) -> String {
    sha256(&tickets.iter().map(|ticket| format!("{ticket}\n")).collect::<String>())
}

/// The winners among a sorted list of tickets, first prize first.
#[must_use]
pub fn pick(seed: &str, beacon: &str, tickets: &[String], winners: usize) -> Vec<String> {
    let list = list_hash(tickets);
    let number = |ticket: &String| (sha256(&format!("{seed}\n{list}\n{beacon}\n{ticket}\n")), ticket.clone());
    let mut numbers: Vec<_> = tickets.iter().map(number).collect();
    numbers.sort();
    numbers.into_iter().take(winners).map(|(_, ticket)| ticket).collect()
}

/// Draws a giveaway that has ended, once, and tells the winners. Drawn already, it is as it was drawn.
///
/// # Errors
/// `InvalidParameter`: `closes` when it has not ended, `beacon` when a number is missing or was not announced.
pub async fn draw(shop: &Shop, slug: &str, beacon: &str) -> Result<DrawRow, AppError> {
    let now = shop.clock.now();
    let beacon = beacon.trim();
    let mut tx = shop.db.begin().await?;
    let giveaway = rows::find_giveaway(&mut tx.conn(), slug).await?.ok_or(AppError::NotFound)?;
    if let Some(drawn) = rows::find_draw(&mut tx.conn(), giveaway.id()).await? {
        return Ok(drawn);
    }
    if !giveaway.is_settled(now) {
        return Err(AppError::InvalidParameter { name: "closes".into() });
    }
    if giveaway.beacon.is_empty() != beacon.is_empty() {
        return Err(AppError::InvalidParameter { name: "beacon".into() });
    }
    let tickets = entries::list_tickets(&mut tx.conn(), giveaway.id()).await?;
    let winners = pick(&giveaway.seed, beacon, &tickets, usize::try_from(giveaway.winners).unwrap_or(0));
    let row = DrawRow::new(&giveaway, beacon, &tickets, &winners, now);
    if !rows::insert_draw(&mut tx, giveaway.id(), &row).await? {
        // Somebody else has drawn it meanwhile.
        drop(tx);
        let drawn = rows::find_draw(&mut shop.db.read().await?.conn(), giveaway.id()).await?;
        return drawn.ok_or(AppError::Internal);
    }
    for (ticket, email) in entries::list_emails(&mut tx.conn(), giveaway.id(), &winners).await? {
        let payload = json!({
            "to": email,
            "subject": words::WON_HEADING,
            "heading": words::WON_HEADING,
            "paragraphs": [words::won(&giveaway.title, &ticket), words::WON_NEXT],
            "button": { "text": words::SEE_DRAW, "path": format!("/giveaways/{}", giveaway.slug) },
        });
        outbox::enqueue_mail(&mut tx, shop, Topic::Note, &giveaway.id.to_string(), &payload).await?;
    }
    tx.commit().await?;
    Ok(row)
}

/// What somebody finds who draws again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Right,
    /// The seed is not the one that was promised.
    Seed,
    /// The list of tickets is not the one that was drawn from.
    List,
    Winners,
}

/// Draws again from what is written down, and holds it against what was drawn. Nothing when it is not drawn yet.
pub async fn verify(conn: &mut Conn<'_>, giveaway: &GiveawayRow) -> sqlx::Result<Option<Verdict>> {
    let Some(drawn) = rows::find_draw(conn, giveaway.id()).await? else { return Ok(None) };
    let tickets = entries::list_tickets(conn, giveaway.id()).await?;
    let count = usize::try_from(giveaway.winners).unwrap_or(0);
    Ok(Some(if commitment(&drawn.seed) != giveaway.commitment {
        Verdict::Seed
    } else if list_hash(&tickets) != drawn.list_hash {
        Verdict::List
    } else if pick(&drawn.seed, &drawn.beacon, &tickets, count) != drawn.winners() {
        Verdict::Winners
    } else {
        Verdict::Right
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tickets(count: usize) -> Vec<String> {
        let mut tickets: Vec<String> = (0..count).map(|i| format!("T{i:04}")).collect();
        tickets.sort();
        tickets
    }

    #[test]
    fn a_draw_can_be_drawn_again_by_hand() {
        // printf 'A\nB\n' | sha256sum, and for each ticket: printf '%s\n' seed LIST_HASH beacon TICKET | sha256sum
        let list = ["A".to_owned(), "B".to_owned()];
        assert_eq!(list_hash(&list), "daee1cd25194ae952d046ad9b9c81d3c07dc5332440b58d6d7461b248be56712");
        // A: 6577ed1a…, B: 4632e39b…
        let drawn = pick("seed", "beacon", &list, 2);
        assert_eq!(drawn, ["B", "A"]);
        assert_eq!(pick("seed", "beacon", &list, 1), drawn[..1]);
    }

    #[test]
    fn nobody_wins_twice_and_no_more_than_there_are() {
        let all = tickets(20);
        let mut drawn = pick("s", "", &all, 50);
        assert_eq!(drawn.len(), 20);
        drawn.sort();
        assert_eq!(drawn, all);
        assert!(pick("s", "", &[], 3).is_empty());
    }

    #[test]
    fn every_ticket_wins_about_as_often() {
        let all = tickets(10);
        let mut won = [0_u32; 10];
        for seed in 0..5_000 {
            let winner = &pick(&seed.to_string(), "", &all, 1)[0];
            won[all.binary_search(winner).unwrap()] += 1;
        }
        // 500 expected each, with a deviation of about 21.
        assert!(won.iter().all(|count| (400..600).contains(count)), "{won:?}");
    }

    #[test]
    fn seed_beacon_and_list_all_decide() {
        let all = tickets(1_000);
        let drawn = pick("a", "b", &all, 3);
        assert_ne!(drawn, pick("A", "b", &all, 3));
        assert_ne!(drawn, pick("a", "B", &all, 3));
        assert_ne!(drawn, pick("a", "b", &all[1..], 3));
    }
}
