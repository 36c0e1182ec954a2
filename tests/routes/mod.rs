//! What each address answers, and what it answers nonsense with.

mod access;
mod api;
mod bodies;
mod files;
mod headers;
mod limits;
mod nonsense;
mod pages;

/// Every page a visitor without a cart can look at.
const PAGES: [&str; 9] = [
    "/",
    "/search",
    "/search?q=shirt",
    "/c/clothing",
    "/c/clothing/shirts",
    "/p/sea-shirt",
    "/cart",
    "/wishlist",
    "/checkout",
];

/// Pages that are not there.
const MISSING: [&str; 7] = [
    "/nowhere",
    "/p/nothing",
    "/c/nothing",
    "/orders/AAAA-AAAA?token=x",
    "/orders/x",
    "/wishlist/shared/x",
    "/wishlist/shared/%00",
];
