//! Whether Stripe counts a currency as the shop does. <https://docs.stripe.com/currencies#minor-units>

use crate::domain::money::Currency;

/// A currency that a shop cannot be paid in by Stripe, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("Stripe cannot be used in a shop whose currency is {currency}: {why}")]
pub struct Miscounted {
    currency: Currency,
    why: &'static str,
}

/// # Errors
/// A currency whose amounts mean something else to Stripe, or that it would not take.
pub fn check(currency: Currency) -> Result<(), Miscounted> {
    let why = match (currency.code(), currency.decimals()) {
        ("ISK" | "UGX", _) => "Stripe counts it in hundredths, the shop in whole ones",
        ("MGA", _) => "Stripe counts it in whole ones, the shop in hundredths",
        (_, 3) => "Stripe takes no amount whose last of three decimals is not 0",
        _ => return Ok(()),
    };
    Err(Miscounted { currency, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_currencies_that_stripe_counts_as_we_do_are_taken() {
        let taken = |code: &str| check(Currency::parse(code).unwrap()).is_ok();
        assert!(["USD", "EUR", "GBP", "JPY", "KRW", "XOF", "HUF", "TWD"].into_iter().all(taken));
        assert!(!["ISK", "UGX", "MGA", "KWD", "BHD", "TND"].into_iter().any(taken));
    }

    #[test]
    fn it_is_told_which_currency_and_why() {
        let told = check(Currency::parse("KWD").unwrap()).unwrap_err().to_string();
        assert!(told.contains("KWD") && told.contains("last of three decimals"), "{told}");
    }
}
