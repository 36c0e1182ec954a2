//! The pages.

use crate::stories;
use axum::http::StatusCode;

stories! {
    async fn pages_answer_and_unknown_ones_are_real_404s(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for path in ["/", "/search", "/search?q=shirt", "/c/clothing", "/c/clothing/shirts", "/p/sea-shirt", "/cart", "/wishlist", "/checkout"] {
            let page = app.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.text.contains("</html>"), "{path}");
        }
        for path in ["/nowhere", "/p/nothing", "/c/nothing", "/orders/AAAA-AAAA?token=x", "/orders/x", "/wishlist/shared/x"] {
            assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
