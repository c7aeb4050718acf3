//! The value of a parameter on the command line: as it stands, or from a file.

/// `@FILE` is the text of that file, `@@TEXT` is `@TEXT`, and everything else is itself. Line ends of a file become `\n`, and
/// blanks around its text are not part of it.
///
/// # Errors
/// Why the file cannot be read, and how to mean the `@` itself.
pub fn read(value: &str) -> Result<String, String> {
    let Some(rest) = value.strip_prefix('@') else { return Ok(value.to_owned()) };
    if rest.starts_with('@') {
        return Ok(rest.to_owned());
    }
    match std::fs::read_to_string(rest) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim().to_owned()),
        Err(e) => Err(format!("cannot read the file `{rest}`: {e}; a value that begins with @ itself is written @@")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_itself_unless_it_names_a_file() {
        assert_eq!(read("50"), Ok("50".into()));
        assert_eq!(read("a@b"), Ok("a@b".into()));
        assert_eq!(read("@@home"), Ok("@home".into()));
    }

    #[test]
    fn a_file_is_read_whatever_its_line_ends() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "\u{feff}one?\r\ntwo?\r\n").expect("written");
        assert_eq!(read(&format!("@{}", file.path().display())), Ok("one?\ntwo?".into()));
    }

    #[test]
    fn a_file_that_is_not_there_says_so_and_how_to_escape() {
        let error = read("@/no/such/file").expect_err("no file");
        assert!(error.contains("/no/such/file") && error.contains("@@"), "{error}");
    }
}
