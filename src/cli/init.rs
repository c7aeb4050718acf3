//! `dualbench init`: looks for engines on loopback and writes a commented `dualbench.toml`.

use std::io::Write;

use anyhow::{Context, Result};
use clap::Args;

use crate::cli::{Exit, Global, out};
use crate::config::FILE_NAME;
use crate::engines::{self, Found};

#[derive(Args)]
pub struct Init {}

impl Init {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let path = global.config.clone().unwrap_or_else(|| global.dir.join(FILE_NAME));
        if path.exists() {
            out::error(&format!(
                "{} is there already and is left as it is; edit it, or name another with --config",
                path.display()
            ));
            return Ok(Exit::BadInput);
        }
        let mut found = engines::discover().await;
        // The larger one is the main engine.
        found.sort_by_key(|f| std::cmp::Reverse(f.identity.parameters.unwrap_or(0)));
        let text = file(&found);
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(text.as_bytes())?;
        for f in &found {
            out::line(&format!(
                "found {} at {} ({})",
                f.identity.model.as_deref().unwrap_or("?"),
                f.base_url,
                f.dialect.word()
            ));
        }
        match found.len() {
            0 => out::line("no engine answers on the usual loopback ports; the embedded simulated engines will serve"),
            1 => out::line("one engine was found and taken as `main`; add `mini` by hand"),
            2 => {}
            n => out::line(&format!(
                "{n} engines were found; the file names the first two, the others stand in comments"
            )),
        }
        out::line(&format!("wrote {}", path.display()));
        Ok(Exit::Done)
    }
}

fn file(found: &[Found]) -> String {
    let mut text = String::from(
        "# dualbench. Every key is optional; flags and DUALBENCH_* variables win over this file.\n\
         # DUALBENCH_ENGINES__MAIN__BASE_URL, for example, is engines.main.base_url.\n\n",
    );
    for (i, role) in ["main", "mini"].into_iter().enumerate() {
        text += &engine(role, found.get(i));
    }
    for other in found.iter().skip(2) {
        text += &format!("# also found: {} at {}\n", other.identity.model.as_deref().unwrap_or("?"), other.base_url);
    }
    text + "\n[server]\n# listen = \"127.0.0.1:7373\"\n# token_file = \"token\"          # needed where listen is not loopback\n\n\
            [scenarios]\n# folder = \"scenarios-wasm\"\n\n\
            [store]\n# database = \"dualbench.db\"\n# journal = \"benchmark_history.jsonl\"\n\n\
            [gpu]\n# rate_hz = 20.0                # samples each second during a run, 1 to 100\n\
            # idle_rate_hz = 1.0            # samples each second while nothing runs, 0.01 to 100\n\
            # samples_max = 120000          # samples that one run keeps; more are counted and dropped\n"
}

fn engine(role: &str, found: Option<&Found>) -> String {
    let about = if role == "main" { "# The big engine, about 14B.\n" } else { "# The small engine, about 1.5B.\n" };
    let Some(f) = found else {
        let port = if role == "main" { 8080 } else { 8081 };
        return format!(
            "{about}# [engines.{role}]\n# base_url = \"http://127.0.0.1:{port}\"\n# dialect = \"openai-chat\"       # openai-chat, openai-completions, llamacpp, ollama\n\n"
        );
    };
    let model = f.identity.model.as_deref().unwrap_or_default();
    format!(
        "{about}[engines.{role}]\nbase_url = \"{}\"\ndialect = \"{}\"            # openai-chat, openai-completions, llamacpp, ollama\nmodel = {}\n\
         # tokenizer = \"tokenizer.json\"  # a second opinion on token counts\n# api_key_env = \"MAIN_KEY\"       # the name of a variable, never the key\n\n",
        f.base_url,
        f.dialect.word(),
        toml::Value::String(model.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::engines::{Dialect, Identity};

    #[test]
    fn what_is_written_can_be_read() {
        let found = |port: u16| Found {
            base_url: format!("http://127.0.0.1:{port}"),
            dialect: Dialect::OpenaiChat,
            identity: Identity { model: Some("a \"quoted\" model".into()), ..Identity::default() },
        };
        assert!(file(&[]).contains(":8080") && file(&[]).contains(":8081"), "two engines need two ports");
        for list in [vec![], vec![found(1)], vec![found(1), found(2), found(3)]] {
            let dir = tempfile::tempdir().expect("a folder");
            std::fs::write(dir.path().join(FILE_NAME), file(&list)).expect("written");
            Config::load(dir.path(), None, &[]).expect("readable");
        }
    }
}
