//! The checkout page's own part: the visitor's cart, the draft of what was typed, and placing the order from them.

use super::{
    claim,
    drafts::{self, Draft},
    form::{Checkout, CheckoutForm, CheckoutOutcome, CodesForm, Priced, undeliverable},
    service::{self, Line, PlaceOrder},
};
use crate::{
    account::{service::profile, view::SavedAddress},
    cart::{codes, service as cart, store as cart_rows},
    db::{Conn, Tx},
    domain::{
        address::{AddressForm, Field, FieldErrors, Problem, Recipient},
        ids::{AddressId, ShopperId},
        money::Money,
        pricing::{Quantity, Shown},
        promotion::LONGEST_CODE,
        text,
    },
    error::AppError,
    orders::store as orders,
    payments::{
        gateway::Instrument,
        offer::{PayForm, offer},
        view::Choice,
    },
    promotions::{codes::is_same, gift_cards},
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
    let mut form = kept.as_ref().map(|draft| draft.form.clone()).unwrap_or_default();
    fill_in(&mut form, customer.as_ref(), &addresses, address);
    let Some(priced) = priced(shop, conn, shopper, &form).await? else { return Ok(empty(shop)) };
    // Before a transaction is begun: whoever holds one connection and waits for another can use up the pool.
    drop(reader);
    let Draft { attempt, outcome, .. } = match kept {
        Some(draft) => draft,
        None => new_draft(shop, shopper).await?,
    };
    Ok(Checkout {
        priced: Some(priced),
        form,
        outcome,
        attempt: attempt.to_string(),
        pay: offer(shop),
        signed_in: customer.is_some(),
        addresses,
    })
}

/// The cart as it costs for what was typed, for the browser.
async fn priced(
    shop: &Shop,
    conn: &mut Conn<'_>,
    shopper: ShopperId,
    form: &CheckoutForm,
) -> Result<Option<Priced>, AppError> {
    let Some((cart, priceable)) = cart::priced(shop, conn, shopper, form).await? else { return Ok(None) };
    let (basket, book) = priceable.for_browser();
    Ok(Some(Priced { cart, basket, book }))
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
        priced: None,
        form: CheckoutForm::default(),
        outcome: None,
        attempt: String::new(),
        pay: offer(shop),
        signed_in: false,
        addresses: vec![],
    }
}

/// Places the order of the visitor's cart, unless only its total is to be worked out. Whatever is wrong is kept with what
/// was typed, but for the card.
///
/// `shown` is what the form showed: where that is not what the order costs now, nothing is ordered before the customer
/// has seen what changed.
pub async fn place(
    shop: &Shop,
    visitor: &Verified,
    attempt: &str,
    shown: String,
    mut form: CheckoutForm,
    codes: CodesForm,
    pay: PayForm,
) -> Result<CheckoutOutcome, AppError> {
    let attempt: Uuid = attempt.parse().map_err(|_| AppError::Malformed { detail: "attempt".into() })?;
    let shown = Shown::from(shown);
    let mut tx = shop.db.begin().await?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    // Bound to the shopper: nobody else's order can be asked for by its key.
    let request_key = format!("web:{shopper}:{attempt}");
    let is_new = orders::find_order_by_request(&mut tx.conn(), &request_key).await?.is_none();
    let mut entered = Entered::default();
    if is_new {
        drafts::ensure_attempt(&mut tx, shopper, attempt, shop.clock.now().0).await?;
        entered = enter_codes(shop, &mut tx, shopper, &codes, &mut form).await?;
    }
    let customer = customer_of(&mut tx.conn(), visitor).await?;
    let lines: Vec<Line> = cart_rows::list_skus(&mut tx.conn(), shopper).await?.into_iter().filter_map(line).collect();
    let kept = codes::find_codes(&mut tx.conn(), shopper).await?;
    tx.commit().await?;
    if let Some(way) = codes.way_out() {
        return keep(shop, shopper, &form, CheckoutOutcome::Left { page: way.page().to_owned() }).await;
    }
    let Entered { wrong, is_new } = entered;
    // Who types a code wants to see what it does first, and sends the form by Enter as often as by its button.
    let only_updates = codes.only_updates() || is_new;
    // What costs nothing is paid by nothing.
    let is_free = shown.due_with(&form.shipping_method).is_some_and(|due| due.amount == 0);
    let outcome = match parse(shop, &form, (!is_free).then_some(&pay)) {
        _ if only_updates && wrong.is_empty() => {
            CheckoutOutcome::Updated { now: None, place_again: !codes.only_updates() }
        }
        _ if only_updates => invalid(wrong),
        Err(fields) => invalid(fields.into_iter().chain(wrong).collect()),
        Ok(_) if !wrong.is_empty() => invalid(wrong),
        Ok((recipient, instrument)) => {
            // What was not shown is agreed to by nobody.
            let agreed = |shown: Option<Money>| Some(shown.unwrap_or(Money::new(-1, shop.currency)));
            let request = PlaceOrder {
                lines,
                recipient,
                shipping_method: form.shipping_method.clone(),
                coupon: kept.coupon,
                gift_card: None,
                gift_card_id: kept.gift_card,
                payment_method: offer(shop).chosen(&form.payment_method).map(Choice::method),
                instrument: instrument.unwrap_or(Instrument::Nothing),
                expected_total: agreed(shown.total_with(&form.shipping_method)),
                expected_due: agreed(shown.due_with(&form.shipping_method)),
                shown: Some(shown.clone()),
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
                Err(AppError::PriceChanged { quote }) => {
                    CheckoutOutcome::Changed { changes: shown.changes(&quote), now: None }
                }
                Err(AppError::InvalidFields { fields }) => invalid(fields),
                Err(AppError::UnknownShippingMethod) => invalid(vec![(Field::ShippingMethod, Problem::Unknown)]),
                Err(error) => CheckoutOutcome::Refused { error, now: None },
            }
        }
    };
    if matches!(outcome, CheckoutOutcome::Placed { .. }) {
        finish(shop, shopper, attempt, &request_key).await?;
        return Ok(outcome);
    }
    let outcome = with_prices(shop, shopper, &form, outcome).await?;
    keep(shop, shopper, &form, outcome).await
}

/// Keeps what was typed and what became of it.
async fn keep(
    shop: &Shop,
    shopper: ShopperId,
    form: &CheckoutForm,
    outcome: CheckoutOutcome,
) -> Result<CheckoutOutcome, AppError> {
    let mut tx = shop.db.begin().await?;
    drafts::update_draft(&mut tx, shopper, form, &outcome, shop.clock.now().0).await?;
    tx.commit().await?;
    Ok(outcome)
}

fn invalid(fields: FieldErrors) -> CheckoutOutcome {
    CheckoutOutcome::Invalid { fields, now: None }
}

/// What became of the codes that were typed.
#[derive(Default)]
struct Entered {
    wrong: FieldErrors,
    /// Whether one was taken in that was not there before.
    is_new: bool,
}

/// Enters the codes that were typed and takes out the one that was to go. A coupon is kept whatever it is: the quote
/// says what is wrong with it.
async fn enter_codes(
    shop: &Shop,
    tx: &mut Tx,
    shopper: ShopperId,
    codes: &CodesForm,
    form: &mut CheckoutForm,
) -> Result<Entered, AppError> {
    let now = shop.clock.now();
    let before = codes::find_codes(&mut tx.conn(), shopper).await?;
    let mut entered = Entered::default();
    match codes.remove.as_str() {
        "coupon" => codes::set_coupon(tx, shopper, "", now.0).await?,
        "gift_card" => codes::set_gift_card(tx, shopper, None, now.0).await?,
        _ => {}
    }
    if !codes.coupon.trim().is_empty() && codes.remove != "coupon" {
        entered.is_new = !before.coupon.is_some_and(|known| is_same(&known, &codes.coupon));
        codes::set_coupon(tx, shopper, &codes.coupon, now.0).await?;
    }
    let typed = form.gift_card.trim();
    if typed.is_empty() {
        return Ok(entered);
    }
    let problem = match gift_cards::find_card(&mut tx.conn(), typed).await? {
        Some(card) if card.balance.currency == shop.currency && card.usable(now).amount > 0 => {
            codes::set_gift_card(tx, shopper, Some(card.id), now.0).await?;
            form.gift_card.clear();
            entered.is_new |= before.gift_card != Some(card.id);
            return Ok(entered);
        }
        Some(_) => Problem::Past,
        None => Problem::Unknown,
    };
    form.gift_card = text::truncate(typed, LONGEST_CODE).to_owned();
    entered.wrong.push((Field::GiftCard, problem));
    Ok(entered)
}

/// An outcome with what things cost now, where the page has to show that. Who could not choose a way of delivery
/// because there is none reads that.
async fn with_prices(
    shop: &Shop,
    shopper: ShopperId,
    form: &CheckoutForm,
    mut outcome: CheckoutOutcome,
) -> Result<CheckoutOutcome, AppError> {
    if let Some(now) = outcome.now_mut() {
        *now = priced(shop, &mut shop.db.read().await?.conn(), shopper, form).await?.map(Box::new);
    }
    if let CheckoutOutcome::Invalid { fields, now: Some(now) } = &mut outcome
        && let Some(nowhere) = now.cart.quote.as_ref().and_then(|quote| undeliverable(quote, &now.book))
    {
        fields.iter_mut().filter(|(field, _)| *field == Field::ShippingMethod).for_each(|wrong| *wrong = nowhere);
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

type Parsed = Result<(Recipient, Option<Instrument>), FieldErrors>;

/// Reads the form. Without `pay` nothing is to be paid.
fn parse(shop: &Shop, form: &CheckoutForm, pay: Option<&PayForm>) -> Parsed {
    let address = AddressForm {
        line1: form.line1.clone(),
        city: form.city.clone(),
        postcode: form.postcode.clone(),
        country: form.country.clone(),
    };
    let recipient = Recipient::parse(&form.email, &form.name, &address);
    let instrument = pay.map(|pay| pay.parse(shop, shop.clock.now())).transpose();
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
        for (sku, quantity) in claim::bought(&order) {
            cart_rows::take_from_line(&mut tx, shopper, &text::key(&sku), quantity).await?;
        }
        codes::delete_codes(&mut tx, shopper).await?;
    }
    Ok(tx.commit().await?)
}
