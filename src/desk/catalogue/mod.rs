//! The catalogue: what a body may award, with its texts in five languages, one achievement a file (`schemas/catalogue/`).

mod template;

use std::fmt;

pub use template::{CATALOGUE_FILE_BYTES, Form, Published, Template, Texts, Unit};

use crate::base::canonical::ReadError;
use crate::credential::members::Malformed;

/// Achievements by identifier, code and file name, each of them once.
#[derive(Clone, Debug)]
pub struct Catalogue {
    templates: Vec<Template>,
}

/// Why a catalogue is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError {
    /// The file's name without folder and ending.
    pub file: String,
    /// What is wrong with it.
    pub fault: CatalogueFault,
}

/// What is wrong with a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueFault {
    /// Its identifier or its code stands in an earlier file already.
    AlreadyThere,
    /// Not of the closed shape.
    Malformed(Malformed),
    /// Not strict JSON.
    Json(ReadError),
}

impl Catalogue {
    /// The catalogue that ships with this program. A test reads it, so it is sound in every build that passed its tests.
    ///
    /// # Errors
    /// As [`Catalogue::read`].
    pub fn shipped() -> Result<Self, CatalogueError> {
        Self::read(SHIPPED.map(|(file, text)| (file, text.as_bytes())))
    }

    /// Reads the files of a catalogue: the name of each without folder and ending, and its bytes.
    ///
    /// # Errors
    /// [`CatalogueError`] for the first file that is not an achievement, or is one that stood there before.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, CatalogueError> {
        let mut templates: Vec<Template> = Vec::new();
        for (file, bytes) in files {
            let template = Template::parse(file, bytes)
                .and_then(|template| {
                    let same =
                        |other: &Template| other.id == template.id || other.code.eq_ignore_ascii_case(&template.code);
                    if templates.iter().any(same) { Err(CatalogueFault::AlreadyThere) } else { Ok(template) }
                })
                .map_err(|fault| CatalogueError { file: file.to_owned(), fault })?;
            templates.push(template);
        }
        Ok(Self { templates })
    }

    /// Every achievement, in the order read.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The achievement that a clerk means: by its identifier, or, in whatever case, by its code (`GIN`), its file
    /// (`competence-cook`), or the last part of its identifier (`cook`). In this order, so that an identifier is never taken for
    /// another's code.
    #[must_use]
    pub fn find(&self, wanted: &str) -> Option<&Template> {
        let by = |text: fn(&Template) -> &str| {
            self.templates.iter().find(|template| text(template).eq_ignore_ascii_case(wanted))
        };
        let last = |template: &Template| {
            template.id.as_str().rsplit([':', '/']).next().is_some_and(|last| last.eq_ignore_ascii_case(wanted))
        };
        self.templates
            .iter()
            .find(|template| template.id.as_str() == wanted)
            .or_else(|| by(|template| &template.code))
            .or_else(|| by(|template| &template.file))
            .or_else(|| self.templates.iter().find(|template| last(template)))
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {:?}", self.file, self.fault)
    }
}

impl std::error::Error for CatalogueError {}

macro_rules! shipped {
    ($($file:literal,)*) => {
        /// Every file of `schemas/catalogue/`; a test compares this list with the folder.
        const SHIPPED: [(&str, &str); [$($file),*].len()] =
            [$(($file, include_str!(concat!("../../../schemas/catalogue/", $file, ".json"))),)*];
    };
}

shipped! {
    "competence-building-electrician",
    "competence-cook",
    "competence-home-care",
    "competence-nurse",
    "competence-tailor",
    "competence-vehicle-mechanic",
    "entrepreneurship-together",
    "gin",
    "green-ventures",
    "isun",
    "mesun",
    "mesun-costing",
    "mesun-marketing",
    "mesun-people",
    "mesun-planning",
    "mesun-records",
    "mesun-stock",
    "siyb",
    "start-coop",
    "think-coop",
}

#[cfg(test)]
mod tests {
    use super::template::SIGNED_FRAMEWORKS;
    use super::*;
    use crate::credential::achievement::{Achievement, Language, Standard};
    use crate::credential::members::{Members, Problem};

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/catalogue");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.strip_suffix(".json").unwrap().to_owned())
            .collect();
        files.sort();
        assert_eq!(files, SHIPPED.map(|(file, _)| file));
    }

    #[test]
    fn packages_require_what_is_there() {
        let catalogue = Catalogue::shipped().unwrap();
        for template in catalogue.templates() {
            for module in &template.requires {
                assert!(catalogue.find(module.as_str()).is_some(), "{module} of {}", template.id);
            }
        }
    }

    #[test]
    fn an_achievement_is_found_by_any_of_its_names() {
        let catalogue = Catalogue::shipped().unwrap();
        let id = |wanted: &str| catalogue.find(wanted).map(|template| template.id.as_str());
        for name in ["urn:skillpass:competence:cook", "COOK", "cook", "competence-cook"] {
            assert_eq!(id(name), Some("urn:skillpass:competence:cook"), "{name}");
        }
        for name in ["GIN", "gin", "urn:skillpass:ilo:gin"] {
            assert_eq!(id(name), Some("urn:skillpass:ilo:gin"), "{name}");
        }
        assert_eq!(id("mesun-marketing"), id("MESUN-MKT"));
        assert_eq!(id("nothing"), None);
    }

    #[test]
    fn what_is_signed_is_what_the_kernel_reads() {
        for template in Catalogue::shipped().unwrap().templates() {
            for form in [template.clone(), template.from_archive()] {
                for language in Language::ALL {
                    let achievement = form.achievement(language);
                    assert!(achievement.alignments.len() <= SIGNED_FRAMEWORKS.len());
                    let json = achievement.to_json();
                    let members = Members::within(&json, String::new()).unwrap();
                    assert_eq!(Achievement::parse(members).unwrap(), achievement);
                }
            }
        }
    }

    #[test]
    fn alignments_are_one_a_framework_in_order() {
        let cook = Catalogue::shipped().unwrap().find("COOK").unwrap().achievement(Language::Es);
        let frameworks: Vec<&str> = cook.alignments.iter().filter_map(|row| row.framework.as_deref()).collect();
        assert_eq!(frameworks, ["ISCO-08", "ESCO 1.1.1", "ISCED-F 2013"]);
        assert_eq!(cook.standard, Some(Standard { code: "example EX-5120".into(), version: "1".into() }));
    }

    #[test]
    fn a_file_is_of_the_closed_shape() {
        let gin = include_str!("../../../schemas/catalogue/gin.json");
        let fault = |text: &str| Catalogue::read([("gin", text.as_bytes())]).map(|_| ()).unwrap_err().fault;
        let at = |at: &str, problem| CatalogueFault::Malformed(Malformed { at: at.to_owned(), problem });
        let spoiled = |from: &str, to: &str| {
            let text = gin.replacen(from, to, 1);
            assert_ne!(text, gin);
            fault(&text)
        };
        assert_eq!(spoiled("\"hours\": 20", "\"hours\": 0"), at("hours", Problem::WrongValue));
        assert_eq!(spoiled("\"code\": \"GIN\"", "\"code\": \"\""), at("code", Problem::WrongValue));
        assert_eq!(spoiled("module-completion", "endorsement"), at("kind", Problem::WrongValue));
        assert_eq!(spoiled("module-completion", "competence"), at("units", Problem::WrongValue));
        assert_eq!(spoiled("\"green\"", "\"gender\": 1, \"green\""), at("gender", Problem::Forbidden));
        assert_eq!(spoiled("\"ht\"", "\"qu\""), at("name.ht", Problem::Missing));
        let twice = Catalogue::read([("a", gin.as_bytes()), ("b", gin.as_bytes())]).unwrap_err();
        assert_eq!((twice.file.as_str(), twice.fault), ("b", CatalogueFault::AlreadyThere));
    }
}
