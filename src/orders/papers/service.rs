//! The papers of an order, from its rows; and the numbers of invoices.

use super::{
    credit::{Credit, Credited, credit_note},
    data::{Invoice, InvoiceLine, Kind, PackingLine, PackingSlip, TaxRow},
    invoice::invoice,
    packing::packing_slip,
    print::PrintError,
    store::{self, DocumentRow},
};
use crate::{
    domain::{
        address::Recipient,
        ids::RefundId,
        order::normalise_number,
        timestamp::{Day, Timestamp},
    },
    error::AppError,
    messages::{bought as sums, papers as words},
    orders::{
        bought::Bought,
        service::Owned,
        store::{self as orders, OrderRow},
    },
    payments::refunds::store as refunds,
    server::{
        authority::{See, Staff, areas},
        state::Shop,
    },
    shop::info::{Seller, ShopInfo},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A paper as a file.
pub struct Paper {
    pub file_name: String,
    pub pdf: Vec<u8>,
}

/// Who sold, as it was when a paper was issued.
#[derive(Serialize, Deserialize)]
struct Sold {
    shop: String,
    seller: Seller,
}

/// The invoice of an order, for whoever may see it.
pub async fn invoice_for(shop: &Shop, order: Owned<OrderRow>) -> Result<Paper, AppError> {
    invoice_of(shop, order.get()).await
}

/// The invoice of an order, for staff.
pub async fn invoice_for_staff(
    shop: &Shop,
    staff: &Staff<areas::Orders, See>,
    number: &str,
) -> Result<Paper, AppError> {
    invoice_of(shop, &find(shop, staff, number).await?).await
}

/// The packing slip of an order, for staff.
pub async fn packing_slip_for_staff(
    shop: &Shop,
    staff: &Staff<areas::Orders, See>,
    number: &str,
) -> Result<Paper, AppError> {
    let order = find(shop, staff, number).await?;
    let (recipient, lines) = bought_by(shop, &order).await?;
    let info = shop.info.load();
    let line = |line: crate::orders::view::OrderLine| PackingLine {
        sku: line.sku,
        title: line.title,
        options: line.options,
        quantity: line.quantity - line.cancelled.min(line.quantity),
    };
    let is_sent = |line: &crate::orders::view::OrderLine| line.quantity > line.cancelled;
    let slip = PackingSlip {
        order: order.number.clone(),
        placed: Timestamp(order.placed_at),
        shop: info.name.clone(),
        seller: info.seller.clone(),
        recipient,
        delivery: order.shipping_name.clone(),
        arrives: Day::parse(&order.arrives),
        lines: lines.into_iter().filter(is_sent).map(line).collect(),
    };
    let file_name = format!("packing-slip-{}.pdf", order.number);
    Ok(Paper { file_name, pdf: printed(move || packing_slip(&slip)).await? })
}

/// The credit note of a refund of an order, for whoever may see the order.
pub async fn credit_note_for(shop: &Shop, order: Owned<OrderRow>, refund: RefundId) -> Result<Paper, AppError> {
    credit_note_of(shop, order.get(), refund).await
}

/// The credit note of a refund of an order, for staff.
pub async fn credit_note_for_staff(
    shop: &Shop,
    staff: &Staff<areas::Orders, See>,
    number: &str,
    refund: RefundId,
) -> Result<Paper, AppError> {
    credit_note_of(shop, &find(shop, staff, number).await?, refund).await
}

async fn find(shop: &Shop, _: &Staff<areas::Orders, See>, number: &str) -> Result<OrderRow, AppError> {
    let number = normalise_number(number).ok_or(AppError::NotFound)?;
    orders::find_order_by_number(&mut shop.db.read().await?.conn(), &number).await?.ok_or(AppError::NotFound)
}

/// Setting and printing is work for a processor, so it holds up nobody else's.
async fn printed(print: impl FnOnce() -> Result<Vec<u8>, PrintError> + Send + 'static) -> Result<Vec<u8>, AppError> {
    tokio::task::spawn_blocking(print).await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// Who it is for, line by line, and what was bought.
async fn bought_by(
    shop: &Shop,
    order: &OrderRow,
) -> Result<(Vec<String>, Vec<crate::orders::view::OrderLine>), AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let recipient = orders::find_recipient(conn, order.id()).await?;
    let lines = orders::list_lines(conn, order).await?;
    Ok((recipient.as_ref().map_or(vec![], address), lines))
}

/// A person and their address, line by line.
#[must_use]
pub fn address(to: &Recipient) -> Vec<String> {
    let town = [to.postcode.as_str(), to.city.as_str()].into_iter().filter(|part| !part.is_empty());
    let town = town.collect::<Vec<_>>().join(" ");
    vec![to.name.clone(), to.line1.clone(), town, to.country.name().to_owned()]
}

async fn invoice_of(shop: &Shop, order: &OrderRow) -> Result<Paper, AppError> {
    let paper = read_invoice(shop, order).await?;
    let file_name = format!("invoice-{}.pdf", paper.number);
    Ok(Paper { file_name, pdf: printed(move || invoice(&paper)).await? })
}

async fn read_invoice(shop: &Shop, order: &OrderRow) -> Result<Invoice, AppError> {
    let document = issue(shop, Kind::Invoice, order, order.id).await?;
    let (customer, lines) = bought_by(shop, order).await?;
    let bank = bank(&shop.info.load());
    of_rows(order, &document, customer, Bought::of(order, lines), &bank)
}

/// That of a refund which has one.
async fn credit_note_of(shop: &Shop, order: &OrderRow, refund: RefundId) -> Result<Paper, AppError> {
    let found = refunds::find_refund(&mut shop.db.read().await?.conn(), refund).await?;
    let is_one = |refund: &refunds::RefundRow| refund.order == order.id() && refund.has_credit_note();
    let refund = found.filter(is_one).ok_or(AppError::NotFound)?;
    let of = read_invoice(shop, order).await?;
    let document = issue(shop, Kind::CreditNote, order, refund.id.0).await?;
    let (mut credited, units) = credited(shop, order, document.number).await?;
    let credit = Credit {
        number: words::number(document.number),
        issued: Timestamp(document.issued_at),
        credited: credited.pop().ok_or_else(|| AppError::internal("a credit note is not among its order's"))?,
        gift: order.money(refund.gift_amount),
        why: refund.why,
        units,
    };
    let file_name = format!("credit-note-{}.pdf", credit.number);
    let paper = credit_note(of, &credited, &credit);
    Ok(Paper { file_name, pdf: printed(move || invoice(&paper)).await? })
}

/// What the credit notes of an order take back up to a number, and the units of that one in words. Which came first is
/// told by their numbers, which never change.
async fn credited(shop: &Shop, order: &OrderRow, last: i64) -> Result<(Vec<Credited>, Vec<String>), AppError> {
    let rows = store::list_credited(&mut shop.db.read().await?.conn(), order.id(), last).await?;
    let (_, lines) = bought_by(shop, order).await?;
    let bought = Bought::of(order, lines).lines;
    let mut before: Vec<u32> = bought.iter().map(|bought| bought.line.reduced).collect();
    let (mut all, mut words) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let (mut parts, mut left) = (Vec::new(), row.amount);
        words.clear();
        for (position, count) in row.units {
            let i = position.saturating_sub(1) as usize;
            let (Some(line), Some(before)) = (bought.get(i), before.get_mut(i)) else { continue };
            let part = line.units(*before, count);
            *before += count;
            left -= part.gross;
            parts.push(part);
            words.push(sums::units(count, &line.line.title, &line.line.options));
        }
        // Units that were paid back in another order than they have numbers now: a cent or so.
        if let Some(first) = parts.first_mut() {
            first.gross += left;
        }
        all.push(Credited { amount: order.money(row.amount), parts });
    }
    Ok((all, words))
}

/// The row of a paper; one that was not issued yet is now, with the next number.
async fn issue(shop: &Shop, kind: Kind, order: &OrderRow, subject: Uuid) -> Result<DocumentRow, AppError> {
    let found = store::find_document(&mut shop.db.read().await?.conn(), kind, subject).await?;
    if let Some(found) = found {
        return Ok(found);
    }
    if kind == Kind::Invoice && !order.status().is_due_an_invoice(&order.payment_method, order.settlement().is_received)
    {
        return Err(AppError::NotFound);
    }
    let info = shop.info.load();
    let sold = Sold { shop: info.name.clone(), seller: info.seller.clone() };
    let seller = serde_json::to_string(&sold).map_err(AppError::internal)?;
    // The second time it is there: whoever was faster has committed.
    for _ in 0..2 {
        let mut tx = shop.db.begin().await?;
        if let Some(found) = store::find_document(&mut tx.conn(), kind, subject).await? {
            // With SQLite others' changes are seen before they are on disk; then they are.
            tx.commit().await?;
            return Ok(found);
        }
        let number = store::take_number(&mut tx, kind).await?;
        let row = DocumentRow { number, seller: seller.clone(), issued_at: shop.clock.now().0 };
        if store::insert_document(&mut tx, shop.ids.next(), order.id(), (kind, subject), &row).await? == 1 {
            tx.commit().await?;
            return Ok(row);
        }
        // Dropped without a commit: the number that was taken is free again.
    }
    Err(AppError::internal("a paper was neither issued nor there"))
}

/// Where a bank transfer goes, line by line.
#[must_use]
pub fn bank(info: &ShopInfo) -> Vec<String> {
    info.bank_details.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Whether its money has come.
#[must_use]
pub fn is_settled(order: &OrderRow) -> bool {
    order.due().amount == 0 || order.settlement().is_received
}

fn of_rows(
    order: &OrderRow,
    document: &DocumentRow,
    customer: Vec<String>,
    bought: Bought,
    bank: &[String],
) -> Result<Invoice, AppError> {
    let Sold { shop, seller } = serde_json::from_str(&document.seller).map_err(AppError::internal)?;
    let settled = is_settled(order);
    let mut payments = Vec::new();
    if order.gift_amount != 0 {
        payments.push((words::GIFT_CARD.to_owned(), order.money(-order.gift_amount)));
    }
    if settled && order.due().amount != 0 {
        payments.push((words::paid(&order.payment_method), order.money(-order.due().amount)));
    }
    let due = if settled { order.money(0) } else { order.due() };
    let taken_off = bought.discounts.iter().filter(|_| bought.lines_are_discounted);
    let mut notes: Vec<_> = taken_off.map(|(name, amount)| words::discounted(name, *amount)).collect();
    if !settled {
        notes.extend(sums::how_to_pay(&order.payment_method, order.due(), bank, &order.number));
    }
    Ok(Invoice {
        kind: Kind::Invoice,
        number: words::number(document.number),
        corrects: None,
        order: order.number.clone(),
        issued: Timestamp(document.issued_at),
        placed: Timestamp(order.placed_at),
        shop,
        seller,
        customer,
        payment: words::payment_method(&order.payment_method).to_owned(),
        delivery: order.shipping_name.clone(),
        lines: bought.lines.into_iter().map(line).collect(),
        sums: bought.sums,
        total: bought.total,
        taxes: bought.taxes.into_iter().map(|tax| TaxRow { name: tax.name, net: tax.net, tax: tax.tax }).collect(),
        included_tax: bought.included_tax,
        payments,
        due: Some(due),
        notes,
    })
}

fn line(bought: crate::orders::bought::BoughtLine) -> InvoiceLine {
    let minus = crate::domain::money::Money { amount: -bought.discount.amount, ..bought.discount };
    InvoiceLine {
        title: bought.line.title,
        options: bought.line.options,
        sku: bought.line.sku,
        quantity: bought.line.quantity,
        unit_price: bought.line.unit_price,
        discount: Some(minus).filter(|discount| discount.amount != 0),
        tax_rate: bought.rate,
        total: bought.amount,
    }
}
