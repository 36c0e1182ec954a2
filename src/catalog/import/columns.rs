//! Which column of the file holds what.

/// The columns of Shopify's layout that mean something here, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(usize)]
pub enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Type,
    Tags,
    Published,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Grams,
    Tracker,
    Quantity,
    Policy,
    Fulfilment,
    Price,
    CompareAt,
    RequiresShipping,
    Taxable,
    Barcode,
    ImageSrc,
    ImagePosition,
    ImageAlt,
    GiftCard,
    SeoTitle,
    SeoDescription,
    VariantImage,
    WeightUnit,
}

impl Column {
    pub const ALL: [Self; 32] = {
        use Column as C;
        [
            C::Handle,
            C::Title,
            C::Body,
            C::Vendor,
            C::Type,
            C::Tags,
            C::Published,
            C::Option1Name,
            C::Option1Value,
            C::Option2Name,
            C::Option2Value,
            C::Option3Name,
            C::Option3Value,
            C::Sku,
            C::Grams,
            C::Tracker,
            C::Quantity,
            C::Policy,
            C::Fulfilment,
            C::Price,
            C::CompareAt,
            C::RequiresShipping,
            C::Taxable,
            C::Barcode,
            C::ImageSrc,
            C::ImagePosition,
            C::ImageAlt,
            C::GiftCard,
            C::SeoTitle,
            C::SeoDescription,
            C::VariantImage,
            C::WeightUnit,
        ]
    };

    pub const OPTION_NAMES: [Self; 3] = [Self::Option1Name, Self::Option2Name, Self::Option3Name];
    pub const OPTION_VALUES: [Self; 3] = [Self::Option1Value, Self::Option2Value, Self::Option3Value];

    /// The column's heading in the file.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Handle => "Handle",
            Self::Title => "Title",
            Self::Body => "Body (HTML)",
            Self::Vendor => "Vendor",
            Self::Type => "Type",
            Self::Tags => "Tags",
            Self::Published => "Published",
            Self::Option1Name => "Option1 Name",
            Self::Option1Value => "Option1 Value",
            Self::Option2Name => "Option2 Name",
            Self::Option2Value => "Option2 Value",
            Self::Option3Name => "Option3 Name",
            Self::Option3Value => "Option3 Value",
            Self::Sku => "Variant SKU",
            Self::Grams => "Variant Grams",
            Self::Tracker => "Variant Inventory Tracker",
            Self::Quantity => "Variant Inventory Qty",
            Self::Policy => "Variant Inventory Policy",
            Self::Fulfilment => "Variant Fulfillment Service",
            Self::Price => "Variant Price",
            Self::CompareAt => "Variant Compare At Price",
            Self::RequiresShipping => "Variant Requires Shipping",
            Self::Taxable => "Variant Taxable",
            Self::Barcode => "Variant Barcode",
            Self::ImageSrc => "Image Src",
            Self::ImagePosition => "Image Position",
            Self::ImageAlt => "Image Alt Text",
            Self::GiftCard => "Gift Card",
            Self::SeoTitle => "SEO Title",
            Self::SeoDescription => "SEO Description",
            Self::VariantImage => "Variant Image",
            Self::WeightUnit => "Variant Weight Unit",
        }
    }
}

/// Where the columns are in one file.
#[derive(Clone, Debug)]
pub struct Columns {
    positions: [Option<usize>; Column::ALL.len()],
    /// How many fields a row has.
    pub width: usize,
    headings: Vec<String>,
}

impl Columns {
    /// Finds the columns by their headings; those that are not known are left aside. Names what is missing that no
    /// product can do without.
    pub fn find(headings: Vec<String>) -> Result<Self, Vec<&'static str>> {
        let normal = |heading: &str| heading.trim_start_matches('\u{feff}').trim().to_lowercase();
        let position = |column: Column| {
            let wanted = column.heading().to_lowercase();
            headings.iter().position(|heading| normal(heading) == wanted)
        };
        let positions = Column::ALL.map(position);
        let needed = [Column::Handle, Column::Title, Column::Price];
        let missing: Vec<_> =
            needed.into_iter().filter(|c| positions[*c as usize].is_none()).map(Column::heading).collect();
        if missing.is_empty() { Ok(Self { positions, width: headings.len(), headings }) } else { Err(missing) }
    }

    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.positions[column as usize].is_some()
    }

    /// The column's field of a row; empty where the file has no such column.
    #[must_use]
    pub fn get<'r>(&self, fields: &'r [String], column: Column) -> &'r str {
        self.positions[column as usize].and_then(|at| fields.get(at)).map_or("", |field| field.trim())
    }

    /// What the column with this index is called in the file.
    #[must_use]
    pub fn heading(&self, index: usize) -> &str {
        self.headings.get(index).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_any_order_and_case_behind_a_byte_order_mark() {
        let headings = ["\u{feff}handle", "VARIANT PRICE", "Nonsense", " Title "].map(str::to_owned).to_vec();
        let columns = Columns::find(headings).unwrap();
        let row = ["h", "1.00", "?", "T"].map(str::to_owned);
        assert_eq!((columns.get(&row, Column::Handle), columns.get(&row, Column::Title)), ("h", "T"));
        assert!(!columns.has(Column::Sku) && columns.get(&row, Column::Sku).is_empty());
    }

    #[test]
    fn a_file_without_prices_says_so() {
        let headings = vec!["Handle".to_owned(), "Title".to_owned()];
        assert_eq!(Columns::find(headings).unwrap_err(), ["Variant Price"]);
    }

    #[test]
    fn every_column_stands_at_its_own_number() {
        for (i, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, i);
        }
    }
}
