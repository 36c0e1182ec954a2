//! Pages that are lazy in a split build, here part of the whole: `cargo leptos watch` knows no splitting.

/// Makes a lazy route of each page component: `lazy_pages! { Product: ProductPage, … }`.
macro_rules! lazy_pages {
    ($($name:ident: $page:path),* $(,)?) => {$(
        pub struct $name;

        impl leptos_router::LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                $page().into_any()
            }

            async fn preload() {}
        }
    )*};
}

pub(super) use lazy_pages;
