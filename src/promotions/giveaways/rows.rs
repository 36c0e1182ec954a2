//! Rows of giveaways and draws.

use super::{draw, entries};
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{ids::GiveawayId, text, timestamp::Timestamp},
    error::AppError,
    promotions::view::{Drawn, Giveaway, Stage},
    server::state::Shop,
};
use uuid::Uuid;

/// A row of `giveaways`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct GiveawayRow {
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    pub terms: String,
    pub winners: i64,
    pub opens_at: i64,
    pub closes_at: i64,
    pub seed: String,
    pub commitment: String,
    pub beacon: String,
}

impl GiveawayRow {
    #[must_use]
    pub fn id(&self) -> GiveawayId {
        GiveawayId(self.id)
    }

    /// Whether its list of tickets stays as it is: who confirmed at the last moment is in it.
    #[must_use]
    pub fn is_settled(&self, now: Timestamp) -> bool {
        now.0 >= self.closes_at + draw::SETTLED
    }

    /// Whether it takes entries now.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        (self.opens_at..self.closes_at).contains(&now.0)
    }
}

/// How a giveaway was drawn.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct DrawRow {
    pub algorithm: String,
    pub seed: String,
    pub beacon: String,
    pub entries: i64,
    pub list_hash: String,
    winners: String,
    pub drawn_at: i64,
}

impl DrawRow {
    /// The winning tickets, first prize first.
    #[must_use]
    pub fn winners(&self) -> Vec<String> {
        serde_json::from_str(&self.winners).unwrap_or_default()
    }
}

/// What a giveaway is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewGiveaway {
    pub title: String,
    pub terms: String,
    pub winners: u32,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    /// Which number of others is mixed in; empty for none.
    pub beacon: String,
}

/// Makes a giveaway and gives its address. The seed is chosen here, and from now on only its hash can be seen.
///
/// # Errors
/// `InvalidParameter` for what does not make sense, or whose address is taken.
pub async fn create(shop: &Shop, new: &NewGiveaway) -> Result<String, AppError> {
    let wrong = |name: &str| AppError::InvalidParameter { name: name.to_owned() };
    let slug = text::slug(&new.title);
    if slug.is_empty() || new.title.chars().count() > 120 {
        return Err(wrong("title"));
    }
    if new.winners == 0 {
        return Err(wrong("winners"));
    }
    if new.closes_at <= new.opens_at {
        return Err(wrong("closes"));
    }
    let seed = shop.random.token();
    let mut tx = shop.db.begin().await?;
    let made = execute!(
        tx,
        "INSERT INTO giveaways (id, slug, title, terms, winners, opens_at, closes_at, seed, commitment, beacon, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (slug) DO NOTHING",
        shop.ids.next(),
        slug.as_str(),
        new.title.trim(),
        new.terms.trim(),
        i64::from(new.winners),
        new.opens_at.0,
        new.closes_at.0,
        seed.as_str(),
        draw::commitment(&seed),
        new.beacon.trim(),
        shop.clock.now().0
    )?;
    if made == 0 {
        return Err(wrong("title"));
    }
    tx.commit().await?;
    Ok(slug)
}

macro_rules! giveaway_columns {
    () => {
        "SELECT id, slug, title, terms, winners, opens_at, closes_at, seed, commitment, beacon FROM giveaways "
    };
}

pub async fn find_giveaway(conn: &mut Conn<'_>, slug: &str) -> sqlx::Result<Option<GiveawayRow>> {
    fetch!(conn, optional as GiveawayRow, concat!(giveaway_columns!(), "WHERE slug = $1"), text::key(slug))
}

/// All of them, the newest first.
pub async fn list_giveaways(conn: &mut Conn<'_>) -> sqlx::Result<Vec<GiveawayRow>> {
    fetch!(conn, all as GiveawayRow, concat!(giveaway_columns!(), "ORDER BY opens_at DESC, id DESC"))
}

pub async fn find_draw(conn: &mut Conn<'_>, giveaway: GiveawayId) -> sqlx::Result<Option<DrawRow>> {
    fetch!(
        conn,
        optional as DrawRow,
        "SELECT algorithm, seed, beacon, entries, list_hash, winners, drawn_at FROM giveaway_draws
        WHERE giveaway_id = $1",
        giveaway.0
    )
}

/// Writes a draw down; false when there is one already.
pub(super) async fn insert_draw(tx: &mut Tx, giveaway: GiveawayId, row: &DrawRow) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO giveaway_draws (giveaway_id, algorithm, seed, beacon, entries, list_hash, winners, drawn_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (giveaway_id) DO NOTHING",
        giveaway.0,
        row.algorithm.as_str(),
        row.seed.as_str(),
        row.beacon.as_str(),
        row.entries,
        row.list_hash.as_str(),
        row.winners.as_str(),
        row.drawn_at
    )?;
    Ok(done == 1)
}

impl DrawRow {
    /// The row of a draw.
    pub(super) fn new(
        giveaway: &GiveawayRow,
        beacon: &str,
        tickets: &[String],
        winners: &[String],
        at: Timestamp,
    ) -> Self {
        Self {
            algorithm: draw::ALGORITHM.to_owned(),
            seed: giveaway.seed.clone(),
            beacon: beacon.to_owned(),
            entries: tickets.len() as i64,
            list_hash: draw::list_hash(tickets),
            winners: serde_json::to_string(winners).unwrap_or_default(),
            drawn_at: at.0,
        }
    }
}

/// A giveaway as everybody may see it: before the draw without its seed.
pub async fn view(shop: &Shop, slug: &str) -> Result<Giveaway, AppError> {
    let now = shop.clock.now();
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let row = find_giveaway(conn, slug).await?.ok_or(AppError::NotFound)?;
    let drawn = find_draw(conn, row.id()).await?;
    let entries = entries::count(conn, row.id()).await?;
    // From the end on, so that everybody can see that it is drawn from this list.
    let list_hash = match &drawn {
        Some(drawn) => Some(drawn.list_hash.clone()),
        None if row.is_settled(now) => Some(draw::list_hash(&entries::list_tickets(conn, row.id()).await?)),
        None => None,
    };
    let stage = match &drawn {
        Some(_) => Stage::Drawn,
        None if now.0 < row.opens_at => Stage::Coming,
        None if row.is_open(now) => Stage::Open,
        None => Stage::Closed,
    };
    Ok(Giveaway {
        slug: row.slug,
        title: row.title,
        terms: row.terms,
        winners: u32::try_from(row.winners).unwrap_or(0),
        opens_at: Timestamp(row.opens_at),
        closes_at: Timestamp(row.closes_at),
        stage,
        entries: u32::try_from(entries).unwrap_or(u32::MAX),
        commitment: row.commitment,
        beacon: row.beacon,
        list_hash,
        drawn: drawn.map(|draw| Drawn {
            winners: draw.winners(),
            seed: draw.seed,
            beacon: draw.beacon,
            at: Timestamp(draw.drawn_at),
        }),
    })
}
