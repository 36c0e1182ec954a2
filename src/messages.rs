//! Every text a customer reads that is the program's and not the shop's. A second language becomes a second file of
//! the same functions.

pub mod account;
pub mod admin;
#[cfg(feature = "ssr")]
pub mod bought;
pub mod door;
pub mod giveaway;
#[cfg(feature = "ssr")]
pub mod letters;
pub mod order_desk;
#[cfg(feature = "ssr")]
pub mod order_letters;
pub mod orders;
#[cfg(feature = "ssr")]
pub mod papers;
pub mod payment;
pub mod prices;
#[cfg(feature = "ssr")]
pub mod privacy;
pub mod promotion;

use crate::{
    domain::{
        address::{Field, Problem},
        cart::LineNotice,
        catalog::Availability,
        money::Money,
        order::OrderStatus,
        payment::DeclineReason,
        search::Sort,
        timestamp::{Day, Timestamp},
    },
    error::AppError,
};

pub const SKIP_TO_CONTENT: &str = "Skip to content";
pub const MENU: &str = "Menu";
pub const HOME: &str = "Home";
pub const SEARCH: &str = "Search";
pub const SEARCH_PRODUCTS: &str = "Search products";
pub const SEARCH_HINT: &str = "Search shirts, boots, SKU…";
pub const WISHLIST: &str = "Wishlist";
pub const CART: &str = "Cart";
pub const ACCOUNT: &str = "Account";
pub const YOUR_ACCOUNT: &str = "Your account";
pub const YOUR_PRIVACY: &str = "Your privacy";
pub const CART_AND_ACCOUNT: &str = "Cart and account";
pub const ALL_PRODUCTS: &str = "All products";
pub const SHOP_BY_CATEGORY: &str = "Shop by category";
pub const FAVOURITES: &str = "Favourites";
pub const SEE_ALL: &str = "See all";
pub const WELCOME: &str = "Welcome";
pub const PAGE_NOT_FOUND: &str = "This page has drifted off";
pub const PAGE_NOT_FOUND_TEXT: &str =
    "The address may be old, or mistyped. What you were looking for may still be here:";
pub const SOMETHING_WENT_WRONG: &str = "Something went wrong";
/// Below the button of an email.
pub const LETTER_LINK: &str = "If the button does not work, open this address in your browser:";
pub const NOT_FOR_YOU: &str = "This part is not open to you";

#[must_use]
pub fn cart_link(items: u32) -> String {
    if items == 1 { "Cart, 1 item".to_owned() } else { format!("Cart, {items} items") }
}

#[must_use]
pub fn wishlist_link(items: usize) -> String {
    if items == 1 { "Wishlist, 1 item".to_owned() } else { format!("Wishlist, {items} items") }
}

/// Digits in groups of three.
#[must_use]
pub fn number(n: u32) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What something costs that may cost nothing.
#[must_use]
pub fn price_or_free(price: Money) -> String {
    if price.amount == 0 { "Free".to_owned() } else { price.to_string() }
}

/// `Thu 26 Nov`.
#[must_use]
pub fn short_day(day: Day) -> String {
    let (_, month, date, weekday) = day.parts();
    format!("{} {date} {}", WEEKDAYS[usize::from(weekday) % 7], MONTHS[usize::from(month - 1) % 12])
}

/// `26 Nov 2026`.
#[must_use]
pub fn date(at: Timestamp) -> String {
    let (year, month, date, _) = at.day().parts();
    format!("{date} {} {year}", MONTHS[usize::from(month - 1) % 12])
}

/// `26 Nov 2026, 14:05 UTC`.
#[must_use]
pub fn date_and_time(at: Timestamp) -> String {
    let minutes = at.0.rem_euclid(Timestamp::DAY) / Timestamp::MINUTE;
    format!("{}, {:02}:{:02} UTC", date(at), minutes / 60, minutes % 60)
}

pub mod search {
    use super::Sort;

    pub const FILTERS: &str = "Filters";
    pub const APPLY: &str = "Apply filters";
    pub const CLEAR_ALL: &str = "Clear all";
    pub const ACTIVE_FILTERS: &str = "Active filters";
    pub const SORT_BY: &str = "Sort by";
    pub const PRODUCTS: &str = "Products";
    pub const PRICE: &str = "Price";
    pub const PRICE_FROM: &str = "From";
    pub const PRICE_TO: &str = "To";
    pub const SET_PRICE: &str = "Set price";
    pub const IN_STOCK: &str = "In stock";
    pub const ON_SALE: &str = "On sale";
    pub const AVAILABILITY: &str = "Availability";
    pub const NEXT: &str = "Next page";
    pub const PREVIOUS: &str = "Previous page";
    pub const PAGES: &str = "Pages";
    pub const NO_RESULTS: &str = "Nothing on the horizon";
    pub const NO_RESULTS_TEXT: &str = "Nothing matches all of that. Take a filter off, or try other words.";
    pub const SHOWING_FOR: &str = "Showing results for";
    pub const SEARCH_INSTEAD: &str = "Search instead for";
    pub const SEARCH_FREELY: &str = "Search with filters and spelling";
    pub const TRY_FREELY: &str = "Try it with filters and spelling";
    pub const CLOSE: &str = "Close matches";
    pub const CLOSE_TEXT: &str = "These have most of what you asked for, but not all.";
    pub const PAST_THE_END: &str = "There are no more products on this page.";
    pub const FIRST_PAGE: &str = "Go to the first page";
    pub const SOLD_OUT: &str = "Sold out";
    pub const SALE: &str = "Sale";
    pub const SUGGESTIONS: &str = "Suggestions";
    pub const SUGGESTED_QUERIES: &str = "Searches";
    pub const SUGGESTED_CATEGORIES: &str = "Categories";
    pub const SUGGESTED_BRANDS: &str = "Brands";

    #[must_use]
    pub fn suggestions(count: usize) -> String {
        match count {
            0 => "No suggestions".to_owned(),
            1 => "1 suggestion. Use the arrow keys.".to_owned(),
            count => format!("{count} suggestions. Use the arrow keys."),
        }
    }

    #[must_use]
    pub fn all_results_for(text: &str) -> String {
        format!("All results for “{text}”")
    }

    /// Where a category lies, behind its name.
    #[must_use]
    pub fn within(category: &str) -> String {
        format!("in {category}")
    }

    #[must_use]
    pub fn count(total: u32) -> String {
        if total == 1 { "1 product".to_owned() } else { format!("{} products", super::number(total)) }
    }

    #[must_use]
    pub fn sort(sort: Sort) -> &'static str {
        match sort {
            Sort::Relevance => "Best match",
            Sort::PriceAsc => "Price, low to high",
            Sort::PriceDesc => "Price, high to low",
            Sort::Newest => "Newest",
            Sort::Rating => "Best rated",
            Sort::Popular => "Most popular",
        }
    }

    #[must_use]
    pub fn results_for(text: &str) -> String {
        format!("Results for “{text}”")
    }

    #[must_use]
    pub fn exactly(text: &str) -> String {
        format!("Searching for exactly “{text}”.")
    }

    #[must_use]
    pub fn search_exactly(text: &str) -> String {
        format!("Search for exactly “{text}”")
    }

    /// What of a search was left out.
    #[must_use]
    pub fn left_out(what: &[String]) -> String {
        format!("Nothing has all of that. Left out: {}.", what.join(", "))
    }

    #[must_use]
    pub fn ignored(name: &str, value: &str) -> String {
        format!("The filter {name} “{value}” means nothing and was left out.")
    }

    #[must_use]
    pub fn remove_filter(label: &str) -> String {
        format!("Remove filter {label}")
    }

    #[must_use]
    pub fn find_in(label: &str) -> String {
        format!("Find in {label}")
    }

    #[must_use]
    pub fn more(count: u32) -> String {
        format!("{} more", super::number(count))
    }

    #[must_use]
    pub fn stars_and_up(stars: &str) -> String {
        if stars == "5" { "5 stars".to_owned() } else { format!("{stars} stars and up") }
    }

    #[must_use]
    pub fn page(page: u32) -> String {
        format!("Page {page}")
    }

    #[must_use]
    pub fn from_price(price: &str) -> String {
        format!("from {price}")
    }
}

pub mod product {
    use super::Availability;
    use crate::domain::{money::Money, timestamp::Day};

    pub const ADD_TO_CART: &str = "Add to cart";
    pub const ADDED: &str = "Added to your cart";
    pub const VIEW_CART: &str = "View cart";
    pub const SAVE: &str = "Save to wishlist";
    pub const QUANTITY: &str = "Quantity";
    pub const DELIVERY: &str = "Delivery";
    pub const REVIEWS: &str = "Reviews";
    pub const NO_REVIEWS: &str = "No reviews yet.";
    pub const RELATED: &str = "You may also like";
    pub const PICTURES: &str = "Pictures";
    pub const SOLD_OUT: &str = "Sold out";
    pub const NOT_MADE: &str = "not available in this combination";
    pub const SKU: &str = "SKU";

    #[must_use]
    pub fn availability(availability: Availability) -> &'static str {
        match availability {
            Availability::InStock => "In stock",
            Availability::Low => "Only a few left",
            Availability::OutOfStock => "Sold out",
        }
    }

    #[must_use]
    pub fn was(price: Money) -> String {
        format!("was {price}")
    }

    #[must_use]
    pub fn lowest(price: Money) -> String {
        format!("Lowest price in the 30 days before the sale: {price}")
    }

    #[must_use]
    pub fn rating(tenths: u32, count: u32) -> String {
        let reviews = if count == 1 { "1 review".to_owned() } else { format!("{count} reviews") };
        format!("{}.{} out of 5 stars, {reviews}", tenths / 10, tenths % 10)
    }

    #[must_use]
    pub fn arrives(name: &str, price: &str, day: Day) -> String {
        format!("{name} — {price}, with you by {}", super::short_day(day))
    }

    #[must_use]
    pub fn stars(stars: usize) -> String {
        if stars == 1 { "1 star".to_owned() } else { format!("{stars} stars") }
    }

    #[must_use]
    pub fn picture(number: usize, of: usize) -> String {
        format!("Picture {number} of {of}")
    }
}

pub mod cart {
    use super::{AppError, LineNotice};

    pub const TITLE: &str = "Your cart";
    pub const EMPTY: &str = "Your cart is empty";
    pub const EMPTY_TEXT: &str = "Things you add wait for you here, on every page.";
    pub const START: &str = "Start looking";
    pub const QUANTITY: &str = "Quantity";
    pub const UPDATE: &str = "Update";
    pub const REMOVE: &str = "Remove";
    pub const SUMMARY: &str = "Summary";
    pub const GOODS: &str = "Goods";
    pub const SHIPPING: &str = "Delivery";
    pub const TAX: &str = "Tax";
    pub const TOTAL: &str = "Total";
    pub const CHECKOUT: &str = "Go to checkout";
    pub const FIX_FIRST: &str = "Some lines need another look before you can order.";
    pub const CLAMPED: &str = "That is all we have left; the quantity was set to what there is.";
    pub const NO_HIDDEN_COST: &str = "This is all there is to pay.";

    /// Why a change of the cart was refused.
    #[must_use]
    pub fn refused(error: &AppError) -> String {
        match error {
            // The quantity is all that somebody types there.
            AppError::Malformed { .. } => super::error(&AppError::InvalidQuantity { sku: String::new() }),
            error => super::error(error),
        }
    }

    /// What a sign-in brought along.
    #[must_use]
    pub fn merged(lines: u32) -> String {
        match lines {
            1 => "What you had put into the cart before you signed in is in it.".to_owned(),
            lines => format!("The {lines} things you had put into the cart before you signed in are in it."),
        }
    }

    #[must_use]
    pub fn notice(notice: &LineNotice) -> String {
        match notice {
            LineNotice::PriceWentUp { from } => format!("The price went up since you added it; it was {from}."),
            LineNotice::PriceWentDown { from } => format!("Good news: the price went down from {from}."),
            LineNotice::OnlyLeft { left: 1 } => "Only 1 is left.".to_owned(),
            LineNotice::OnlyLeft { left } => format!("Only {left} are left."),
            LineNotice::SoldOut => "It has sold out since you added it.".to_owned(),
            LineNotice::Gone => "We no longer sell this.".to_owned(),
        }
    }
}

pub mod wishlist {
    use crate::domain::money::Money;

    pub const TITLE: &str = "Your wishlist";
    pub const SHARED: &str = "A shared wishlist";
    pub const EMPTY: &str = "Nothing pegged out yet";
    pub const EMPTY_TEXT: &str = "Save things with the heart, and find them here when you come back.";
    pub const REMOVE: &str = "Remove";
    pub const MOVE: &str = "Move to cart";
    pub const MOVE_ALL: &str = "Move all to cart";
    pub const SHARE: &str = "Make a link to share";
    pub const UNSHARE: &str = "Stop sharing";
    pub const SHARED_AT: &str = "Anyone with this link can see the list:";
    pub const GONE: &str = "No longer sold";

    #[must_use]
    pub fn dropped(from: Money) -> String {
        format!("Down from {from} since you saved it")
    }
}

pub mod checkout {
    use super::{AppError, DeclineReason, Field, Problem};

    pub const TITLE: &str = "Checkout";
    pub const CONTACT: &str = "Contact";
    pub const ADDRESS_HEADING: &str = "Delivery address";
    pub const EMAIL: &str = "Email";
    pub const NAME: &str = "Full name";
    pub const ADDRESS: &str = "Address";
    pub const CITY: &str = "City";
    pub const POSTCODE: &str = "Postcode";
    pub const COUNTRY: &str = "Country";
    pub const CHOOSE_COUNTRY: &str = "Choose a country";
    pub const DELIVERY: &str = "Delivery";
    pub const PAYMENT: &str = "Payment";
    pub const CARD: &str = "Card";
    pub const CARD_NUMBER: &str = "Card number";
    pub const EXPIRY: &str = "Expiry";
    pub const SECURITY_CODE: &str = "Security code";
    pub const SANDBOX_HINT: &str =
        "This is a demo shop: pay with the test card 4242 4242 4242 4242, any later date and any three digits.";
    pub const PLACE_ORDER: &str = "Place order";
    pub const PLACING: &str = "Placing your order…";
    pub const PAY: &str = "Pay now";
    pub const SIGN_IN: &str = "Have an account? Sign in";
    pub const KEEP_ADDRESS: &str = "Keep this address in my account";
    pub const SAVED_ADDRESSES: &str = "Your addresses";
    pub const EMPTY: &str = "There is nothing to check out";
    pub const NO_GATEWAY: &str = "This shop is not set up to take payments yet.";
    pub const TOTAL_AS_CHOSEN: &str =
        "The total is with the delivery named above; with another one it changes by what stands beside that.";
    pub const EDIT_CART: &str = "Edit cart";
    /// The cart was emptied while the page was open.
    pub const GONE: &str =
        "Your cart is empty by now: it was ordered or emptied in another window. Nothing was charged here.";
    pub const LOOK_AT_CART: &str = "Look at your cart";

    #[must_use]
    pub fn field(field: Field, problem: Problem) -> String {
        let name = match field {
            Field::Email => "email address",
            Field::Name => "full name",
            Field::Line1 => "address",
            Field::City => "city",
            Field::Postcode => "postcode",
            Field::Country => "country",
            Field::ShippingMethod => "way of delivery",
            Field::PaymentMethod => "way to pay",
            Field::Card => "card number",
            Field::Expiry => "expiry date",
            Field::SecurityCode => "security code",
            Field::Password => "password",
            Field::NewPassword => "new password",
            Field::Code => "code",
            Field::Coupon => "coupon code",
            Field::GiftCard => "gift card code",
            Field::Agreement => "agreement",
            Field::Tracking => "tracking number",
            Field::TrackingUrl => "tracking page",
            Field::Amount => "amount",
            Field::Why => "reason",
            Field::Note => "note",
        };
        match (field, problem) {
            (Field::ShippingMethod, Problem::NotServed) => super::prices::TOO_HEAVY.to_owned(),
            (_, Problem::NotServed) => super::prices::NOWHERE.to_owned(),
            (Field::GiftCard, Problem::Unknown) => "We know no gift card with this code.".to_owned(),
            (Field::GiftCard, Problem::Past) => "There is nothing left on this gift card.".to_owned(),
            (Field::Country | Field::ShippingMethod | Field::PaymentMethod, _) => format!("Choose a {name}."),
            (Field::NewPassword, Problem::Missing) => "Choose a password.".to_owned(),
            (Field::Code, Problem::Missing) => "Enter the code.".to_owned(),
            (Field::Agreement, _) => "Tick this box to take part.".to_owned(),
            (Field::Amount, Problem::Missing) => "Enter an amount.".to_owned(),
            (Field::Why, Problem::Missing) => "Say why.".to_owned(),
            (Field::Note, Problem::Missing) => "Write something first.".to_owned(),
            (_, Problem::Missing) => format!("Enter your {name}."),
            (_, Problem::TooShort) => "Use at least 8 characters.".to_owned(),
            (_, Problem::Common) => "This is one of the passwords that are tried first. Choose another one.".to_owned(),
            (Field::Password, Problem::Wrong) => "This is not your password.".to_owned(),
            (Field::Code, Problem::Wrong) => "This code is not right, or was used before.".to_owned(),
            (_, Problem::TooLong) => format!("This {name} is too long."),
            (Field::Email, _) => "Enter an email address like name@example.com.".to_owned(),
            (Field::Card, Problem::Unknown) => {
                "This demo takes its test cards only, like 4242 4242 4242 4242.".to_owned()
            }
            (Field::Tracking, Problem::Malformed) => "Letters, digits and dashes only, 64 at the most.".to_owned(),
            (Field::TrackingUrl, _) => "Enter the address of a web page, like https://carrier.example/123.".to_owned(),
            (Field::Amount, _) => "Enter an amount like 12.50.".to_owned(),
            (Field::Expiry, Problem::Past) => "This card has expired.".to_owned(),
            (Field::Expiry, _) => "Enter the date as MM/YY.".to_owned(),
            (Field::SecurityCode, _) => "Enter the three or four digits on the card.".to_owned(),
            (Field::Postcode, Problem::Malformed) => {
                "Check the postcode: in the United States it has five digits, like 04101.".to_owned()
            }
            (_, _) => format!("Check the {name}."),
        }
    }

    #[must_use]
    pub fn declined(reason: DeclineReason) -> &'static str {
        match reason {
            DeclineReason::Declined => "Your card was declined. Nothing was charged; try another card.",
            DeclineReason::InsufficientFunds => "There is not enough money on this card. Nothing was charged.",
            DeclineReason::ChallengeFailed => "The payment was not confirmed. Nothing was charged.",
            DeclineReason::TooSmall => {
                "So small an amount cannot be paid by card. Nothing was charged; pay another way."
            }
        }
    }

    /// Why an order was not placed. `name` is what a SKU is called.
    #[must_use]
    pub fn refused(error: &AppError, name: impl Fn(&str) -> String) -> String {
        match error {
            AppError::PaymentDeclined { reason } => declined(*reason).to_owned(),
            AppError::PriceChanged { quote } => format!(
                "The total is now {}. Look it over and place the order again if that is fine with you.",
                quote.total
            ),
            AppError::OutOfStock { sku, available: ..=0 } => {
                format!("{} has just sold out. Nothing was charged.", name(sku))
            }
            AppError::OutOfStock { sku, available } => {
                format!("Somebody was faster: of {} only {available} are left. Nothing was charged.", name(sku))
            }
            AppError::UnknownSku { sku } => {
                format!("We do not sell {} any more. Take it out of your cart to order the rest.", name(sku))
            }
            AppError::GiftCardNotSold { sku } => format!("{}: {}", name(sku), super::error(error)),
            // A cart takes no more lines than an order: there were none.
            AppError::InvalidLines { .. } => GONE.to_owned(),
            error => super::error(error),
        }
    }
}

pub mod order {
    use super::OrderStatus;

    pub const THANK_YOU: &str = "Thank you";
    pub const ORDER: &str = "Order";
    pub const KEEP_LINK: &str = "Keep this page's address: it is your way back to the order.";
    pub const DELIVERY_TO: &str = "Delivery to";
    pub const LINES: &str = "What you ordered";
    pub const HISTORY: &str = "What happened so far";
    pub const CONFIRM: &str = "Confirm the payment";
    pub const CONFIRM_TEXT: &str = "Your bank asks you to confirm this payment.";
    pub const WAITING: &str = "We are waiting for the bank's answer. This page looks again by itself.";
    pub const PAY_AGAIN: &str = "The order is kept for you. Pay it here:";

    #[must_use]
    pub fn status(status: OrderStatus) -> &'static str {
        match status {
            OrderStatus::PendingPayment => "Waiting for payment",
            OrderStatus::Paid => "Paid",
            OrderStatus::Processing => "Being packed",
            OrderStatus::Shipped => "On its way",
            OrderStatus::Delivered => "Delivered",
            OrderStatus::Cancelled => "Cancelled",
            OrderStatus::Expired => "Expired: it was not paid in time",
        }
    }

    #[must_use]
    pub fn event(event: &str) -> &'static str {
        match event {
            "placed" => "Order placed",
            "payment_captured" => "Payment received",
            "payment_late" => "Payment came too late; it goes back",
            "payment_declined" => "Payment declined",
            "payment_abandoned" => "Payment given up",
            "refund_started" => "Money is on its way back",
            "refunded" => "Money went back",
            "refund_refused" => "The money could not go back yet; we are on it",
            "refund_returned" => "The bank sent the money back to us; we are on it",
            "payment_time_elapsed" => "Expired without payment",
            "cancelled" => "Cancelled",
            "processing_started" => "Packing began",
            "shipped" => "Handed to the carrier",
            "partly_shipped" => "A part handed to the carrier",
            "partly_delivered" => "A parcel delivered",
            "partly_cancelled" => "Some items will not be sent",
            "delivered" => "Delivered",
            _ => "Updated",
        }
    }

    /// When an option is there, or can be fetched.
    #[must_use]
    pub fn arrival(option: &crate::domain::shipping::ShippingOption) -> String {
        if option.pick_up { format!("Ready on {}", super::short_day(option.arrives)) } else { arrives(option.arrives) }
    }

    #[must_use]
    pub fn arrives(day: crate::domain::timestamp::Day) -> String {
        format!("With you by {}", super::short_day(day))
    }
}

/// What a customer is told about an error.
#[must_use]
pub fn error(error: &AppError) -> String {
    match error {
        AppError::NotFound => "This is not here any more.",
        AppError::OutOfStock { available: 0, .. } => "This has sold out.",
        AppError::OutOfStock { .. } => "There are not that many left.",
        AppError::UnknownSku { .. } => "We do not sell this any more.",
        AppError::GiftCardNotSold { .. } => "Gift cards cannot be ordered here. Please ask us for one.",
        AppError::InvalidQuantity { .. } => "Enter a whole number from 1 to 999.",
        AppError::Malformed { .. } => "This could not be read. Check what you entered, and send it again.",
        AppError::InvalidLines { .. } => "That is more than fits here.",
        AppError::ForeignRequest => "This form is too old, or not ours. Load the page again and send it once more.",
        AppError::PaymentUnavailable => checkout::NO_GATEWAY,
        AppError::PaymentInProgress => "A payment is under way; wait for its answer before you try another.",
        AppError::PaymentInterrupted => "This payment was broken off, and nothing was charged. Please try again.",
        AppError::OrderNotPayable => {
            "This order can no longer be paid. If your card was charged, the money goes back by itself."
        }
        AppError::RefundTooLarge => "That is more than is left to pay back.",
        AppError::PaymentDeclined { reason } => checkout::declined(*reason),
        AppError::TooManyRequests { .. } => "That was a bit much at once. Wait a moment and try again.",
        AppError::OrderRefused { refused } => return orders::refused(refused),
        AppError::SignInRequired => "Sign in first.",
        AppError::Forbidden => "Your role here does not include this.",
        AppError::CodeRequired => "For this, sign in with a one-time code or a passkey.",
        AppError::WrongCredentials => {
            "Email and password do not fit together. If you have just registered, follow the link in our email first."
        }
        AppError::LinkExpired => "This link does not work any more. Ask for a new one.",
        AppError::Unreachable => "The shop could not be reached. Check your connection and try again.",
        AppError::InvalidFields { .. } => "Some fields need another look.",
        AppError::UnknownShippingMethod => "Choose a way of delivery.",
        AppError::CouponUnusable { why, .. } => return prices::why_not(why),
        AppError::PriceChanged { .. } => prices::CHANGED,
        _ => "Something went wrong on our side. Please try again.",
    }
    .to_owned()
}

/// What somebody reads who asks for too much at once.
pub mod patience {
    pub const TITLE: &str = "One moment";
    pub const TRY_AGAIN: &str = "Try again";
    pub const GO_BACK: &str = "Then go back and send the form once more.";

    #[must_use]
    pub fn wait(seconds: u64) -> String {
        let unit = if seconds == 1 { "second" } else { "seconds" };
        format!("That was a bit much at once. Please wait {seconds} {unit}.")
    }
}
