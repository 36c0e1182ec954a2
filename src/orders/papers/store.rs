//! Rows of invoices and credit notes, and their numbers.

use super::data::Kind;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::ids::OrderId,
};
use uuid::Uuid;

/// A row of `documents`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct DocumentRow {
    pub number: i64,
    /// Who sold, as JSON.
    pub seller: String,
    pub issued_at: i64,
}

impl Kind {
    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }
}

/// The paper of an order or of a refund, if it was issued.
pub async fn find_document(conn: &mut Conn<'_>, kind: Kind, subject: Uuid) -> sqlx::Result<Option<DocumentRow>> {
    fetch!(
        conn,
        optional as DocumentRow,
        "SELECT number, seller, issued_at FROM documents WHERE kind = $1 AND subject = $2",
        kind.name(),
        subject
    )
}

/// What the credit notes of an order take back up to a number, in their order: the amount of each refund, and the units
/// it is for by the position of their line.
pub async fn list_credited(conn: &mut Conn<'_>, order: OrderId, last: i64) -> sqlx::Result<Vec<CreditedRow>> {
    let refunds = fetch!(
        conn,
        all as (Uuid, i64),
        "SELECT r.id, r.amount FROM documents d JOIN refunds r ON r.id = d.subject
        WHERE d.order_id = $1 AND d.kind = 'credit_note' AND d.number <= $2 ORDER BY d.number",
        order.0,
        last
    )?;
    let units = fetch!(
        conn,
        all as (Uuid, i64, i64),
        "SELECT u.refund_id, l.position, u.quantity FROM order_lines l JOIN refund_lines u ON u.line_id = l.id
        WHERE l.order_id = $1 ORDER BY l.position",
        order.0
    )?;
    let count = |units: i64| u32::try_from(units).unwrap_or(0);
    let of = |refund: Uuid| {
        let units = units.iter().filter(|(id, ..)| *id == refund);
        units.map(|(_, position, quantity)| (count(*position), count(*quantity))).collect()
    };
    Ok(refunds.into_iter().map(|(refund, amount)| CreditedRow { amount, units: of(refund) }).collect())
}

/// What a credit note takes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditedRow {
    pub amount: i64,
    /// The position of a line, from 1, and how many of it.
    pub units: Vec<(u32, u32)>,
}

/// Takes the next number. Nobody else gets one before this transaction ends, and if it changes nothing the number is
/// free again.
pub async fn take_number(tx: &mut Tx, kind: Kind) -> sqlx::Result<i64> {
    let row = fetch!(
        &mut tx.conn(),
        one as (i64,),
        "INSERT INTO document_numbers (kind, last) VALUES ($1, 1)
        ON CONFLICT (kind) DO UPDATE SET last = document_numbers.last + 1 RETURNING last",
        kind.name()
    )?;
    Ok(row.0)
}

/// Writes down a paper; 0 when it was issued meanwhile.
pub async fn insert_document(
    tx: &mut Tx,
    id: Uuid,
    order: OrderId,
    (kind, subject): (Kind, Uuid),
    row: &DocumentRow,
) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO documents (id, order_id, kind, number, subject, seller, issued_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        id,
        order.0,
        kind.name(),
        row.number,
        subject,
        row.seller.as_str(),
        row.issued_at
    )
}
