//! A plausible call of every server function, in an order in which none spoils the next. What an argument names that is
//! Ada's own is written as `@thing`; only she gets at it.

/// A function's path below `/_fn/`, and its arguments.
pub type Call = (&'static str, &'static [(&'static str, &'static str)]);

/// Things of Ada's, and the password of whoever calls.
pub const ADDRESS: &str = "@address";
pub const SESSION: &str = "@session";
pub const PASSKEY: &str = "@passkey";
pub const ORDER: &str = "@order";
pub const PASSWORD: &str = "@password";

/// What an authenticator answers, which fits to nothing.
const SIGNED: &str = r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"authenticatorData":"AAAA","clientDataJSON":"AAAA","signature":"AAAA","userHandle":null},"extensions":{}}"#;
const MADE: &str = r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"attestationObject":"AAAA","clientDataJSON":"AAAA"},"extensions":{}}"#;
const NOBODYS: &str = "01900000-0000-7000-8000-000000000000";

const BROWSING: &[Call] = &[
    ("shop/frame", &[]),
    ("shop/home", &[]),
    ("catalog/product", &[("handle", "sea-shirt")]),
    ("search/run", &[("place", ""), ("query", "q=shirt")]),
    ("search/slice", &[("place", ""), ("query", "q=shirt")]),
    ("search/facet", &[("query", "q=shirt"), ("facet", "brand")]),
    ("search/suggest", &[("typed", "shi")]),
    ("search/opened", &[("text", "shirt"), ("handle", "sea-shirt"), ("position", "1")]),
];

const BUYING: &[Call] = &[
    ("cart/add", &[("sku", "S"), ("quantity", "1")]),
    ("cart/set", &[("sku", "S"), ("quantity", "2")]),
    ("cart/coupon", &[("coupon", "FRIENDS10")]),
    ("cart/show", &[]),
    ("cart/summary", &[]),
    ("wishlist/save", &[("sku", "S"), ("saved", "true")]),
    ("wishlist/show", &[]),
    ("wishlist/share", &[("shared", "true")]),
    ("wishlist/shared", &[("token", "x")]),
    ("wishlist/move", &[("sku", "S")]),
    ("checkout/show", &[("address", ADDRESS)]),
    (
        "checkout/place",
        &[
            ("attempt", NOBODYS),
            ("shown", "0"),
            ("email", "eve@example.com"),
            ("name", "Eve"),
            ("line1", "1 Quay"),
            ("city", "Ely"),
            ("country", "GB"),
            ("shipping_method", "standard"),
            ("card", "4242424242424242"),
            ("expiry", "12/30"),
            ("security_code", "123"),
        ],
    ),
    ("giveaways/show", &[("slug", "a-shirt")]),
    ("giveaways/enter", &[("slug", "a-shirt"), ("email", "eve@example.com"), ("agreed", "true")]),
    ("giveaways/confirm", &[("slug", "a-shirt"), ("token", "x")]),
    ("cart/remove", &[("sku", "S")]),
    ("orders/show", &[("number", ORDER), ("token", "")]),
    (
        "orders/pay",
        &[
            ("number", ORDER),
            ("token", ""),
            ("card", "4242424242424242"),
            ("expiry", "12/30"),
            ("security_code", "123"),
        ],
    ),
    ("orders/cancel", &[("number", ORDER), ("token", "")]),
];

/// The number of nobody's order.
const NUMBER: (&str, &str) = ("number", "AAAA-AAAA");

const DESK: &[Call] = &[
    ("desk/orders", &[("wanted[pile]", "to-ship")]),
    ("desk/order", &[NUMBER]),
    ("desk/start", &[NUMBER]),
    (
        "desk/ship",
        &[NUMBER, ("attempt", NOBODYS), ("carrier", "ups"), ("lines[0][line]", NOBODYS), ("lines[0][quantity]", "1")],
    ),
    ("desk/deliver", &[NUMBER, ("shipment", NOBODYS)]),
    ("desk/cancel", &[NUMBER, ("why", "Lost")]),
    (
        "desk/cancel_units",
        &[NUMBER, ("attempt", NOBODYS), ("lines[0][line]", NOBODYS), ("lines[0][quantity]", "1"), ("why", "Lost")],
    ),
    ("desk/refund", &[NUMBER, ("attempt", NOBODYS), ("what", "rest"), ("why", "Lost")]),
    ("desk/receive", &[NUMBER]),
    ("desk/paid_back", &[NUMBER, ("refund", NOBODYS)]),
    ("desk/note", &[NUMBER, ("attempt", NOBODYS), ("note", "Lost")]),
    ("desk/resend", &[NUMBER, ("attempt", NOBODYS)]),
];

const DOOR: &[Call] = &[
    ("account/register", &[("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)]),
    ("account/link", &[("token", "x")]),
    ("account/verify", &[("token", "x"), ("password", PASSWORD)]),
    ("account/sign_in", &[("email", "nobody@example.com"), ("password", PASSWORD)]),
    ("account/second_factor", &[("ticket", "x"), ("code", "000000")]),
    ("account/passkey_challenge", &[]),
    ("account/passkey_sign_in", &[("ceremony", NOBODYS), ("credential", SIGNED)]),
    ("account/forgot", &[("email", "ada@example.com")]),
    ("account/reset", &[("token", "x"), ("new_password", "another horse battery")]),
    ("account/confirm_email", &[("token", "x")]),
    ("account/questions", &[]),
    ("account/consent", &[("purpose", "statistics"), ("granted", "true")]),
];

const ACCOUNT: &[Call] = &[
    ("account/show", &[]),
    ("account/orders", &[("page", "1")]),
    ("account/rename", &[("name", "Eve")]),
    ("account/addresses", &[]),
    ("account/prefer_address", &[("id", ADDRESS)]),
    (
        "account/save_address",
        &[
            ("id", ADDRESS),
            ("name", "Eve"),
            ("line1", "9 Hill"),
            ("city", "Ely"),
            ("postcode", "CB7"),
            ("country", "GB"),
        ],
    ),
    ("account/security", &[]),
    ("account/change_password", &[("password", PASSWORD), ("new_password", "another horse battery")]),
    ("account/change_email", &[("email", "eve@example.com"), ("password", PASSWORD)]),
    ("account/begin_codes", &[("password", PASSWORD)]),
    ("account/code_setup", &[]),
    ("account/enable_codes", &[("code", "000000")]),
    ("account/recovery_codes", &[]),
    ("account/disable_codes", &[("password", PASSWORD)]),
    ("account/new_recovery_codes", &[("password", PASSWORD)]),
    ("account/begin_passkey", &[("password", PASSWORD)]),
    ("account/add_passkey", &[("ceremony", NOBODYS), ("credential", MADE), ("name", "Key")]),
    ("account/privacy", &[]),
    ("account/export", &[]),
    ("account/remove_passkey", &[("id", PASSKEY)]),
    ("account/delete_address", &[("id", ADDRESS)]),
    ("account/end_session", &[("id", SESSION)]),
    ("account/end_other_sessions", &[]),
    ("account/erase", &[("password", PASSWORD)]),
];

const OFFICE: &[Call] = &[
    ("admin/desk", &[]),
    ("admin/staff", &[]),
    ("admin/audit", &[("page", "1")]),
    ("admin/set_role", &[("email", "eve@example.com"), ("role", "viewer")]),
    ("admin/remove_staff", &[("email", "nobody@example.com")]),
    ("admin/ask_statistics", &[("asks", "true")]),
];

/// Whoever has done that is gone.
const LAST: &[Call] = &[("account/sign_out", &[])];

/// Every call.
pub fn all() -> impl Iterator<Item = Call> {
    [BROWSING, BUYING, DOOR, ACCOUNT, OFFICE, DESK, LAST].into_iter().flatten().copied()
}
