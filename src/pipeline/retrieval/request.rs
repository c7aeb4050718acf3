//! A request as a template: `{{question}}`, `{{vector}}` and `{{most}}` become values that cannot break out. Pure.

use serde_json::Value;

/// What the placeholders stand for.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub question: &'a str,
    pub vector: Option<&'a [f32]>,
    pub most: usize,
}

/// Stands in for every question when a template is checked: whoever puts quotes around the placeholder is found out.
const SAMPLE: Values<'static> = Values { question: "a \"quoted\" \\ question", vector: Some(&[0.5, -1.0]), most: 3 };

/// A text cut at its placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Question,
    Vector,
    Most,
}

impl Template {
    /// # Errors
    /// A placeholder that is not known or not closed.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, behind) = after.split_once("}}").ok_or("`{{` without its `}}`")?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(match name.trim() {
                "question" => Part::Question,
                "vector" => Part::Vector,
                "most" => Part::Most,
                other => {
                    return Err(format!("`{{{{{other}}}}}` is not known; known are question, vector and most"));
                }
            });
            rest = behind;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Template(parts))
    }

    pub fn needs_vector(&self) -> bool {
        self.0.contains(&Part::Vector)
    }

    pub fn asks_the_question(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Question | Part::Vector))
    }

    /// The body, whose placeholders stand for JSON values.
    ///
    /// # Errors
    /// What comes out is no JSON.
    pub fn json(&self, values: &Values) -> Result<Value, String> {
        let text: String = self.0.iter().map(|part| part.as_json(values)).collect();
        serde_json::from_str(&text).map_err(|e| e.to_string())
    }

    /// Whether every question makes JSON of it.
    ///
    /// # Errors
    /// What is wrong, and the usual cause.
    pub fn check_json(&self) -> Result<(), String> {
        let made = self.json(&SAMPLE).map(|_| ());
        made.map_err(|e| {
            format!("no JSON once the placeholders are filled ({e}); write {{{{question}}}} without quotes of your own")
        })
    }

    /// The address, whose placeholders stand for percent-encoded text.
    pub fn url(&self, values: &Values) -> String {
        self.0.iter().map(|part| part.as_url(values)).collect()
    }
}

impl Part {
    fn as_json(&self, values: &Values) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Question => Value::from(values.question).to_string(),
            // From the 32-bit number itself: its shortest form, not that of the 64-bit number next to it.
            Part::Vector => serde_json::to_string(&values.vector.unwrap_or_default()).unwrap_or_default(),
            Part::Most => values.most.to_string(),
        }
    }

    fn as_url(&self, values: &Values) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Question => percent_encoded(values.question),
            Part::Vector => percent_encoded(&self.as_json(values)),
            Part::Most => values.most.to_string(),
        }
    }
}

/// Everything but what RFC 3986 calls unreserved.
fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|b| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_become_json_values() {
        let template = Template::parse(r#"{"q": {{question}}, "v": {{ vector }}, "n": {"limit": {{most}}}}"#);
        let values = Values { question: "say \"hi\"\n{{most}}", vector: Some(&[0.1, -2.0]), most: 5 };
        let body = template.expect("fine").json(&values).expect("JSON");
        assert_eq!(body.to_string(), r#"{"q":"say \"hi\"\n{{most}}","v":[0.1,-2.0],"n":{"limit":5}}"#);
    }

    #[test]
    fn an_address_takes_percent_encoded_text() {
        let template = Template::parse("http://h/s?q={{question}}&n={{most}}").expect("fine");
        let values = Values { question: "ä&n=9 #?/%", vector: None, most: 5 };
        assert_eq!(template.url(&values), "http://h/s?q=%C3%A4%26n%3D9%20%23%3F%2F%25&n=5");
    }

    #[test]
    fn a_broken_template_says_what_is_wrong_with_it() {
        assert!(Template::parse("{{qestion}}").expect_err("typo").contains("`{{qestion}}` is not known"));
        assert!(Template::parse("{\"q\": {{question").expect_err("open").contains("}}"));
        let quoted = Template::parse(r#"{"q": "{{question}}"}"#).expect("parsed");
        assert!(quoted.check_json().expect_err("quoted twice").contains("without quotes"));
        assert!(Template::parse(r#"{"q": {{question}}}"#).expect("parsed").check_json().is_ok());
    }

    proptest! {
        #[test]
        fn any_question_arrives_as_it_was_asked(question in ".*") {
            let template = Template::parse(r#"{"q":{{question}}}"#).expect("fine");
            let body = template.json(&Values { question: &question, vector: None, most: 1 }).expect("JSON");
            prop_assert_eq!(body, json!({ "q": question }));
        }
    }
}
