//! The prompt's template: a Jinja file of the user's. It sees a question and passages, and nothing else.
//!
//! Variables: `question`, `intent` (none where nothing was classified), `passages`, each with `text`, `source`, `score`
//! and `n` (from 1). White space around blocks is trimmed as in chat templates (`trim_blocks`, `lstrip_blocks`).

use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, context};

use crate::pipeline::retrieval::Passage;

const BUILT_IN: &str = include_str!("template.jinja");
const BUILT_IN_NAME: &str = "the built-in template";
const NAME: &str = "prompt";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("template {}: {problem}; correct its path or its permissions", path.display())]
    Unreadable { path: PathBuf, problem: String },
    /// `problem` names the field, where there is one.
    #[error("template {file}, line {line}: {problem}")]
    Broken { file: String, line: usize, problem: String },
    #[error("template {file}: {problem}")]
    Useless { file: String, problem: String },
}

impl TemplateError {
    fn noted(self, when: &str) -> TemplateError {
        match self {
            TemplateError::Broken { file, line, problem } => {
                TemplateError::Broken { file, line, problem: format!("{when}: {problem}") }
            }
            other => other,
        }
    }
}

/// A template that has been rendered once already.
pub struct Template {
    environment: Environment<'static>,
    file: String,
}

impl Template {
    /// The built-in one where no path is given. Renders sample values, with passages and without any.
    ///
    /// # Errors
    /// A file that cannot be read, wrong syntax, unknown names, a template that never asks the question.
    pub fn load(path: Option<&Path>) -> Result<Template, TemplateError> {
        let Some(path) = path else { return Template::parse(BUILT_IN.to_owned(), BUILT_IN_NAME.to_owned()) };
        let text = std::fs::read_to_string(path)
            .map_err(|e| TemplateError::Unreadable { path: path.to_owned(), problem: e.to_string() })?;
        Template::parse(text, path.display().to_string())
    }

    /// The prompt.
    ///
    /// # Errors
    /// What only these values bring to light, with the line.
    pub fn render(&self, question: &str, intent: Option<&str>, passages: &[Passage]) -> Result<String, TemplateError> {
        let numbered = passages.iter().zip(1_u32..);
        let passages: Vec<_> = numbered
            .map(|(p, n)| context! { text => p.text.as_str(), source => p.source.as_str(), score => p.score, n })
            .collect();
        let template = self.environment.get_template(NAME).map_err(|e| broken(&self.file, &e))?;
        template.render(context! { question, intent, passages }).map_err(|e| broken(&self.file, &e))
    }

    fn parse(text: String, file: String) -> Result<Template, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_debug(true);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|e| broken(&file, &e))?);
        environment.add_template_owned(NAME, text).map_err(|e| broken(&file, &e))?;
        let template = Template { environment, file };
        template.try_out()?;
        Ok(template)
    }

    /// Every path that a real answer may take: passages or none, an intent or none.
    fn try_out(&self) -> Result<(), TemplateError> {
        let passage = |n: u32| Passage {
            id: format!("sample.md#{n}"),
            source: "sample.md".to_owned(),
            text: "A sample passage.".to_owned(),
            score: 1.0,
        };
        let passages = [passage(0), passage(1)];
        let one = self.render("A sample question?", Some("sample"), &passages)?;
        self.render("A sample question?", None, &passages).map_err(|e| e.noted("where nothing was classified"))?;
        self.render("A sample question?", None, &[]).map_err(|e| e.noted("where no passage was found"))?;
        let other = self.render("Something else?", Some("sample"), &passages)?;
        if one == other {
            let problem = "it never says {{ question }}, so every question would be the same prompt".to_owned();
            return Err(TemplateError::Useless { file: self.file.clone(), problem });
        }
        Ok(())
    }
}

fn broken(file: &str, error: &minijinja::Error) -> TemplateError {
    let what = match (error.kind(), error.detail()) {
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    let source = error.template_source().zip(error.range()).and_then(|(text, range)| text.get(range));
    let place = source.map(|s| format!(", at `{}`", s.trim())).unwrap_or_default();
    let known = match error.kind() {
        ErrorKind::UndefinedError => "; known are question, intent, and passages with text, source, score and n",
        _ => "",
    };
    TemplateError::Broken {
        file: file.to_owned(),
        line: error.line().unwrap_or(1),
        problem: format!("{what}{place}{known}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Template, TemplateError> {
        Template::parse(text.to_owned(), "my.jinja".to_owned())
    }

    fn passages() -> Vec<Passage> {
        let passage = |n: u32| Passage {
            id: n.to_string(),
            source: format!("{n}.md"),
            text: format!("<text & {n}>"),
            score: 0.5,
        };
        vec![passage(7), passage(8)]
    }

    #[test]
    fn the_built_in_template_numbers_its_passages() {
        let template = Template::load(None).expect("ours");
        let prompt = template.render("Why?", Some("lookup"), &passages()).expect("rendered");
        assert_eq!(
            prompt,
            "Answer the question with the help of the passages below, and say which of them you used, as [1].\n\
             If they do not hold the answer, say so.\n\n\
             [1] 7.md\n<text & 7>\n\n[2] 8.md\n<text & 8>\n\nQuestion: Why?"
        );
    }

    #[test]
    fn the_built_in_template_does_without_passages() {
        let prompt = Template::load(None).expect("ours").render("Why?", None, &[]).expect("rendered");
        assert!(prompt.contains("No passage was found") && prompt.ends_with("Question: Why?"), "{prompt}");
    }

    #[test]
    fn a_file_sees_every_variable() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("prompt.html");
        let text = "{{ intent }}|{{ question }}|{% for p in passages %}{{ p.n }},{{ p.source }},{{ p.score }},{{ p.text }};{% endfor %}";
        std::fs::write(&path, text).expect("written");
        let template = Template::load(Some(&path)).expect("fine");
        let prompt = template.render("{{ 1 }} & <b>?", Some("ask"), &passages()).expect("rendered");
        assert_eq!(prompt, "ask|{{ 1 }} & <b>?|1,7.md,0.5,<text & 7>;2,8.md,0.5,<text & 8>;");
    }

    #[test]
    fn a_broken_template_names_file_line_and_field() {
        for (text, line, field) in [
            ("{{ question }}\n\n{{ quetsion }}", 3, "quetsion"),
            ("{{ question }}\n{% for p in passages %}\n{{ p.txt }}{% endfor %}", 3, "txt"),
            ("{{ question }}\n{{ passages[0].text }}", 2, "where no passage was found: undefined value: `passages[0]`"),
            ("{{ question }}\n{{ intent | upper | nope }}", 2, "nope"),
            ("{{ question | shout }}", 1, "shout"),
            ("{{ question }}\n{% for p in passages %}", 2, "end"),
            ("{{ question }}\n{{ question", 2, "end"),
        ] {
            let error = parse(text).err().expect(text);
            let TemplateError::Broken { line: told, .. } = &error else { panic!("{text}: {error}") };
            let said = error.to_string();
            println!("{said}");
            assert_eq!(*told, line, "{text}: {said}");
            assert!(said.contains("my.jinja") && said.contains(field), "{text}: {said}");
        }
    }

    #[test]
    fn a_template_that_never_asks_is_refused() {
        let error = parse("{{ passages | length }} passages").err().expect("useless").to_string();
        assert!(error.contains("my.jinja") && error.contains("question"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Template::load(Some(Path::new("/nowhere/prompt.jinja"))).err().expect("missing").to_string();
        assert!(error.contains("/nowhere/prompt.jinja"), "{error}");
    }
}
