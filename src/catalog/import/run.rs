//! An import from its first line to its sum.

use super::{
    apply::{ApplyError, apply},
    columns::{Column, Columns},
    existing::{Categories, Existing},
    group::{Group, Groups},
    plan::{Plan, Planner, SeenSkus},
    records::{Fault, Record, Records},
    report::{Problem, Report, Summary},
    row,
};
use crate::{
    db::Db,
    domain::money::Currency,
    server::clock::{Clock, Ids},
};
use std::io::{self, BufRead};

/// Products written in one transaction: small enough that a shop goes on selling meanwhile.
const BATCH_PRODUCTS: usize = 200;
const BATCH_ROWS: usize = 2_000;
/// How often a batch is planned anew when somebody else changed the same rows.
const TRIES: usize = 5;

/// What an import works with.
#[derive(Clone)]
pub struct Context {
    pub db: Db,
    pub clock: Clock,
    pub ids: Ids,
    pub currency: Currency,
    /// Only say what would change.
    pub dry_run: bool,
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is not UTF-8: save it as 'CSV UTF-8'")]
    NotUtf8,
    #[error("the first line lacks the columns {}{}", .missing.join(", "), if *.semicolons { " (fields must be separated by commas, not semicolons)" } else { "" })]
    MissingColumns { missing: Vec<&'static str>, semicolons: bool },
    #[error("the first line cannot be read: {0}")]
    FirstLine(Fault),
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the same products are being changed by somebody else; try again")]
    Overtaken,
}

/// Imports a file in Shopify's product layout.
pub async fn import<R: BufRead>(context: &Context, input: R, report: &mut impl Report) -> Result<Summary, ImportError> {
    let mut records = Records::new(input);
    let columns = read_header(&mut records)?;
    let categories = Categories::load(&mut context.db.read().await?.conn()).await?;
    let mut run =
        Run { context, categories, seen: SeenSkus::default(), summary: Summary::default(), batch: vec![], report };
    let mut groups = Groups::default();
    while let Some(record) = records.next()? {
        run.summary.rows += 1;
        if let Some(finished) = run.take(&mut groups, record, &columns) {
            run.gather(finished);
        }
        if run.batch.len() >= BATCH_PRODUCTS || run.batch.iter().map(|g| g.rows.len()).sum::<usize>() >= BATCH_ROWS {
            run.write().await?;
            run.report.progress(records.bytes_read, run.summary.rows);
        }
    }
    if let Some(last) = groups.finish() {
        run.gather(last);
    }
    run.write().await?;
    run.report.progress(records.bytes_read, run.summary.rows);
    Ok(run.summary)
}

fn read_header<R: BufRead>(records: &mut Records<R>) -> Result<Columns, ImportError> {
    let first = records.next()?.ok_or(ImportError::Empty)?;
    let fields = match first.fields {
        // UTF-16 without a byte order mark reads as text full of NULs.
        Ok(fields) if fields.iter().any(|field| field.contains('\0')) => return Err(ImportError::NotUtf8),
        Ok(fields) => fields,
        Err(Fault::Encoding(_)) => return Err(ImportError::NotUtf8),
        Err(fault) => return Err(ImportError::FirstLine(fault)),
    };
    let semicolons = fields.first().is_some_and(|field| field.contains(';'));
    Columns::find(fields).map_err(|missing| ImportError::MissingColumns { missing, semicolons })
}

struct Run<'a, T> {
    context: &'a Context,
    categories: Categories,
    seen: SeenSkus,
    summary: Summary,
    batch: Vec<Group>,
    report: &'a mut T,
}

impl<T: Report> Run<'_, T> {
    /// Parses a record into its group; gives the group before when it begins another.
    fn take(&mut self, groups: &mut Groups, record: Record, columns: &Columns) -> Option<Group> {
        let fields = match record.fields {
            Ok(fields) => fields,
            Err(fault) => {
                self.refuse(&[fault_problem(record.line, fault, columns)]);
                return None;
            }
        };
        match row::parse(record.line, &fields, columns, self.context.currency) {
            Ok(row) => groups.push(row),
            Err(problems) => {
                self.refuse(&problems);
                let handle = columns.get(&fields, Column::Handle).to_lowercase();
                groups.lose(&handle, record.line, !columns.get(&fields, Column::Title).is_empty())
            }
        }
    }

    /// Adds a product to the batch; rows of one that came earlier in it go to that one.
    fn gather(&mut self, group: Group) {
        match self.batch.iter_mut().find(|earlier| earlier.handle == group.handle) {
            Some(earlier) => earlier.rows.extend(group.rows),
            None => self.batch.push(group),
        }
    }

    /// Plans and writes the batch.
    async fn write(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        let Context { db, clock, ids, currency, dry_run } = self.context;
        for _ in 0..TRIES {
            let existing = Existing::load(&mut db.read().await?.conn(), currency.code(), &batch).await?;
            let now = clock.now().0;
            let planner = Planner { existing: &existing, categories: &self.categories, currency: *currency, ids, now };
            self.seen.forget_batch();
            let mut plans: Vec<Plan> = batch.iter().map(|group| planner.plan(group, &mut self.seen)).collect();
            if !dry_run {
                let categories = &mut self.categories;
                match apply(db, &mut plans, &existing, categories, currency.code(), ids, now).await {
                    Ok(()) => {}
                    Err(ApplyError::Overtaken) => continue,
                    Err(ApplyError::Database(cause)) => return Err(cause.into()),
                }
            }
            self.seen.keep_batch();
            plans.iter().for_each(|plan| self.tell(plan));
            return Ok(());
        }
        Err(ImportError::Overtaken)
    }

    fn tell(&mut self, plan: &Plan) {
        let summary = &mut self.summary;
        summary.products_new += u64::from(plan.new_product.is_some());
        let known = plan.new_product.is_none()
            && (plan.refused.is_empty() || !plan.effects.is_empty() || plan.unchanged_variants > 0);
        summary.products_unchanged += u64::from(known && plan.product_is_unchanged());
        summary.products_changed += u64::from(known && !plan.product_is_unchanged());
        summary.skus_new += plan.new_variants.len() as u64;
        summary.skus_changed += plan.changed_variants.len() as u64;
        summary.skus_unchanged += plan.unchanged_variants;
        summary.warnings += plan.warnings.len() as u64;
        plan.warnings.iter().for_each(|problem| self.report.warning(problem));
        if self.context.dry_run {
            plan.effects.iter().for_each(|(line, effect)| self.report.effect(*line, effect));
        }
        self.refuse(&plan.refused);
    }

    /// Counts rows, not problems: one row may have several.
    fn refuse(&mut self, problems: &[Problem]) {
        let mut lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
        lines.dedup();
        self.summary.rows_refused += lines.len() as u64;
        problems.iter().for_each(|problem| self.report.refused(problem));
    }
}

fn fault_problem(line: u64, fault: Fault, columns: &Columns) -> Problem {
    let column = match fault {
        Fault::Encoding(field) => columns.heading(field),
        Fault::OpenQuote | Fault::TooLong => "",
    };
    Problem::new(line, column, fault.to_string())
}
