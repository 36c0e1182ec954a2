//! Pages as WebAssembly files of their own, fetched when somebody goes there.

/// Makes a lazy route of each page component: `lazy_pages! { Product: ProductPage, … }`.
macro_rules! lazy_pages {
    ($($name:ident: $page:path),* $(,)?) => {$(
        pub struct $name;

        #[leptos_router::lazy_route]
        impl leptos_router::LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            fn view(_this: Self) -> AnyView {
                $page().into_any()
            }
        }
    )*};
}

pub(super) use lazy_pages;
