//! The checkout page's own part: the visitor's cart, the draft of what was typed, and placing the order from them.

use super::{
    drafts::{self, Draft},
    form::{Checkout, CheckoutForm, CheckoutOutcome, ShownAmounts},
    service::{self, Line, PlaceOrder},
};
use crate::{
    account::{service::profile, view::SavedAddress},
    cart::{service as cart, store as cart_rows},
    domain::{
        address::{AddressForm, Field, Problem, Recipient},
        cart::Cart,
        ids::{AddressId, ShopperId},
        money::Money,
        pricing::Quantity,
        text,
    },
    error::AppError,
    orders::store as orders,
    payments::{
        gateway::Instrument,
        offer::{PayForm, offer},
    },
    server::{
        authority::{Customer, customer_of},
        state::Shop,
        visitor::{Verified, Visitor},
    },
};
use uuid::Uuid;

/// The page's data. The first look at it makes the draft, and with it the key of the order to come: all tabs of a
/// shopper have the same key until an order is placed under it.
///
/// Who has signed in finds their preferred address filled in, or the one of their own that `address` names.
pub async fn show(shop: &Shop, visitor: &Visitor, address: Option<AddressId>) -> Result<Checkout, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(shopper) = visitor.find_shopper(conn).await? else { return Ok(empty(shop)) };
    let kept = drafts::find_draft(conn, shopper).await?;
    let customer = customer_of(conn, visitor).await?;
    let addresses = match &customer {
        Some(customer) => profile::list_addresses(conn, customer).await?,
        None => vec![],
    };
    let method = kept.as_ref().map_or("", |draft| &draft.form.shipping_method);
    let cart = cart::cart_delivered_by(shop, conn, shopper, method).await?;
    if cart.lines.is_empty() {
        return Ok(empty(shop));
    }
    // Before a transaction is begun: whoever holds one connection and waits for another can use up the pool.
    drop(reader);
    let draft = match kept {
        Some(draft) => draft,
        None => new_draft(shop, shopper).await?,
    };
    let Draft { attempt, mut form, outcome } = draft;
    fill_in(&mut form, customer.as_ref(), &addresses, address);
    Ok(Checkout {
        cart,
        form,
        outcome,
        attempt: attempt.to_string(),
        pay: offer(shop),
        signed_in: customer.is_some(),
        addresses,
    })
}

/// Fills in what is known: the address that was asked for, else the preferred one where nothing was typed yet. One that
/// is not among the customer's own is not there.
fn fill_in(form: &mut CheckoutForm, customer: Option<&Customer>, addresses: &[SavedAddress], asked: Option<AddressId>) {
    let Some(customer) = customer else { return };
    if form.email.is_empty() {
        form.email.clone_from(&customer.email);
    }
    let asked = addresses.iter().find(|saved| Some(saved.id) == asked);
    let untouched = form.line1.is_empty() && form.name.is_empty();
    if let Some(saved) = asked.or(addresses.first().filter(|_| untouched)) {
        let AddressForm { line1, city, postcode, country } = saved.address.clone();
        *form = CheckoutForm { name: saved.name.clone(), line1, city, postcode, country, ..form.clone() };
    } else if untouched {
        form.name.clone_from(&customer.name);
    }
}

async fn new_draft(shop: &Shop, shopper: ShopperId) -> Result<Draft, AppError> {
    let mut tx = shop.db.begin().await?;
    let attempt = drafts::ensure_attempt(&mut tx, shopper, shop.ids.next(), shop.clock.now().0).await?;
    tx.commit().await?;
    Ok(Draft { attempt, form: CheckoutForm::default(), outcome: None })
}

fn empty(shop: &Shop) -> Checkout {
    Checkout {
        cart: Cart::default(),
        form: CheckoutForm::default(),
        outcome: None,
        attempt: String::new(),
        pay: offer(shop),
        signed_in: false,
        addresses: vec![],
    }
}

/// Places the order of the visitor's cart. Whatever is wrong is kept with what was typed, but for the card.
pub async fn place(
    shop: &Shop,
    visitor: &Verified,
    attempt: &str,
    shown: &ShownAmounts,
    form: CheckoutForm,
    pay: PayForm,
) -> Result<CheckoutOutcome, AppError> {
    let attempt: Uuid = attempt.parse().map_err(|_| AppError::Malformed { detail: "attempt".into() })?;
    let mut tx = shop.db.begin().await?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    // Bound to the shopper: nobody else's order can be asked for by its key.
    let request_key = format!("web:{shopper}:{attempt}");
    if orders::find_order_by_request(&mut tx.conn(), &request_key).await?.is_none() {
        drafts::ensure_attempt(&mut tx, shopper, attempt, shop.clock.now().0).await?;
    }
    let customer = customer_of(&mut tx.conn(), visitor).await?;
    let lines: Vec<Line> = cart_rows::list_skus(&mut tx.conn(), shopper).await?.into_iter().filter_map(line).collect();
    tx.commit().await?;
    let outcome = match parse(shop, &form, &pay) {
        Err(fields) => CheckoutOutcome::Invalid { fields },
        Ok((recipient, instrument)) => {
            let request = PlaceOrder {
                lines,
                recipient,
                shipping_method: form.shipping_method.clone(),
                instrument,
                expected_total: Some(Money::new(shown.total_with(&form.shipping_method), shop.currency)),
                request_key: Some(request_key.clone()),
                shopper: Some(shopper),
                account: customer.as_ref().map(|customer| customer.account),
            };
            let to = request.recipient.clone();
            match service::place(shop, request).await {
                Ok(placed) => {
                    if let Some(customer) = customer.filter(|_| form.keep_address) {
                        keep_address(shop, &customer, &to).await?;
                    }
                    CheckoutOutcome::Placed { page: placed.page(), next_action: placed.next_action }
                }
                Err(AppError::Internal) => return Err(AppError::Internal),
                Err(error) => CheckoutOutcome::Refused { error },
            }
        }
    };
    if matches!(outcome, CheckoutOutcome::Placed { .. }) {
        finish(shop, shopper, attempt, &request_key).await?;
    } else {
        let mut tx = shop.db.begin().await?;
        drafts::update_draft(&mut tx, shopper, &form, &outcome, shop.clock.now().0).await?;
        tx.commit().await?;
    }
    Ok(outcome)
}

/// Keeps where the order goes; a full address book is no reason to tell somebody who has just ordered.
async fn keep_address(shop: &Shop, customer: &Customer, to: &Recipient) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    match profile::insert_address(shop, &mut tx, customer, to).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(AppError::InvalidLines { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

fn line((sku, quantity): (String, u32)) -> Option<Line> {
    Some(Line { sku, quantity: Quantity::try_from(i64::from(quantity)).ok()? })
}

type Parsed = Result<(Recipient, Instrument), Vec<(Field, Problem)>>;

fn parse(shop: &Shop, form: &CheckoutForm, pay: &PayForm) -> Parsed {
    let address = AddressForm {
        line1: form.line1.clone(),
        city: form.city.clone(),
        postcode: form.postcode.clone(),
        country: form.country.clone(),
    };
    let recipient = Recipient::parse(&form.email, &form.name, &address);
    let instrument = pay.parse(shop, shop.clock.now());
    let method = form.shipping_method.is_empty().then_some((Field::ShippingMethod, Problem::Missing));
    match (recipient, instrument, method) {
        (Ok(recipient), Ok(instrument), None) => Ok((recipient, instrument)),
        (recipient, instrument, method) => {
            let wrong = recipient.err().into_iter().flatten();
            Err(wrong.chain(method).chain(instrument.err().into_iter().flatten()).collect())
        }
    }
}

/// Takes what was ordered out of the cart, once for each order: what another tab has put in since stays.
async fn finish(shop: &Shop, shopper: ShopperId, attempt: Uuid, request_key: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    if drafts::delete_draft(&mut tx, shopper, attempt).await? > 0
        && let Some(order) = orders::find_order_by_request(&mut tx.conn(), request_key).await?
    {
        for line in orders::list_lines(&mut tx.conn(), &order).await? {
            cart_rows::take_from_line(&mut tx, shopper, &text::key(&line.sku), line.quantity).await?;
        }
    }
    Ok(tx.commit().await?)
}
