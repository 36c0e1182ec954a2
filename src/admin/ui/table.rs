//! A table that turns into cards on a phone.

use leptos::prelude::*;

/// A table. Its roles are spelled out, because browsers forget them where style makes cards of the rows.
#[component]
pub fn DataTable(
    /// What it lists.
    label: &'static str,
    columns: Vec<&'static str>,
    /// For each row its cells, the first of which names it.
    rows: Vec<Vec<AnyView>>,
) -> impl IntoView {
    let heading = |column: &&'static str| view! { <th role="columnheader" scope="col">{*column}</th> };
    let headings = columns.iter().map(heading).collect_view();
    let row = move |cells: Vec<AnyView>| {
        let cells = columns.iter().zip(cells).enumerate().map(|(i, (column, cell))| cell_view(i == 0, column, cell));
        view! { <tr role="row">{cells.collect_view()}</tr> }
    };
    view! {
        <table class="data-table" role="table" aria-label=label>
            <thead role="rowgroup"><tr role="row">{headings}</tr></thead>
            <tbody role="rowgroup">{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// A cell; in a card the name of its column stands before it.
fn cell_view(is_first: bool, column: &'static str, cell: AnyView) -> AnyView {
    if is_first {
        view! { <th role="rowheader" scope="row" data-label=column><div>{cell}</div></th> }.into_any()
    } else {
        view! { <td role="cell" data-label=column><div>{cell}</div></td> }.into_any()
    }
}
