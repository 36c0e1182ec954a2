//! Line icons, 24 × 24, drawn for this shop. They say nothing to a screen reader: the control they sit in does.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Search,
    Bag,
    Heart,
    Person,
    Menu,
    Close,
    Tick,
    ArrowRight,
    ArrowLeft,
    Truck,
    Sliders,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20",
            Self::Bag => "M5.5 8.5h13l1 11.5h-15l1-11.5ZM8.75 11V7a3.25 3.25 0 0 1 6.5 0v4",
            Self::Heart => {
                "M12 19.6S4.2 15 4.2 9.4A4.1 4.1 0 0 1 12 7.6a4.1 4.1 0 0 1 7.8 1.8C19.8 15 12 19.6 12 19.6Z"
            }
            Self::Person => "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 20a7.25 7.25 0 0 1 14.5 0",
            Self::Menu => "M4 7h16M4 12h16M4 17h10",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Tick => "m5 12.5 4.5 4.5L19 7.5",
            Self::ArrowRight => "M5 12h14M13 6l6 6-6 6",
            Self::ArrowLeft => "M19 12H5M11 6l-6 6 6 6",
            Self::Truck => {
                "M3 7h11v9H3V7ZM14 10h4l3 3v3h-7v-6ZM7 18.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM17.5 18.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z"
            }
            Self::Sliders => {
                "M4 8h9M17 8h3M4 16h3M11 16h9M15 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM9 18.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z"
            }
        }
    }
}

/// An icon.
#[component]
pub fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d=shape.path() />
        </svg>
    }
}
