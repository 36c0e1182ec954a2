//! The document around the page: what has to be there before anything else is.

use crate::{
    app::App,
    payments::ui::{PAYS_HERE, use_pays_here},
    server::use_shop,
    ui::use_form_token,
};
use leptos::{config::LeptosOptions, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags};

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let name = use_shop().info.load().name.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f7f4ee" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#111a23" media="(prefers-color-scheme: dark)" />
                <meta name="application-name" content=name />
                <meta name="form-token" content=use_form_token() />
                {use_pays_here().then(|| view! { <meta name=PAYS_HERE content="true" /> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/fonts/text.woff2" r#as="font" type="font/woff2" crossorigin="" />
                <link rel="preload" href="/fonts/display.woff2" r#as="font" type="font/woff2" crossorigin="" />
                <HashedStylesheet options=options.clone() id="style" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
