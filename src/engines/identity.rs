//! What an engine tells of itself. Asked, never copied from settings.

use serde_json::{Value, json};

use crate::engines::client::Client;
use crate::engines::dialects::{Dialect, Flavour};
use crate::engines::error::EngineError;

/// What an engine told. Missing means that it did not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    pub model: Option<String>,
    pub build: Option<String>,
    pub quantisation: Option<String>,
    pub context_tokens: Option<u32>,
    pub parameters: Option<u64>,
    /// Bytes of the model in CPU memory.
    pub cpu_spill_bytes: Option<u64>,
    /// The engine says that it is a simulation.
    pub simulated: bool,
    /// The answers themselves, without paths and templates.
    pub raw: Value,
}

impl Client {
    /// Asks the engine what it is, and learns which extensions it knows.
    ///
    /// # Errors
    /// It cannot be reached, or answers with an error.
    pub async fn identity(&self) -> Result<Identity, EngineError> {
        match self.config().dialect {
            Dialect::Ollama => self.ollama_identity().await,
            Dialect::Pipeline => self.pipeline_identity().await,
            _ => self.openai_identity().await,
        }
    }

    /// `/v1/models`, and llama.cpp's `/props` where there is one.
    async fn openai_identity(&self) -> Result<Identity, EngineError> {
        let models = self.plain().get("/v1/models").await?;
        let wanted = self.config().model.as_deref();
        let list = models["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        let entry = list.iter().find(|m| wanted.is_some() && m["id"].as_str() == wanted).or(list.first());
        let entry = entry.cloned().unwrap_or(Value::Null);
        let meta = &entry["meta"];
        let mut identity = Identity {
            model: text(&entry["id"]),
            quantisation: text(&meta["ftype"]),
            context_tokens: number(&meta["n_ctx"])
                .or(number(&entry["max_model_len"]))
                .and_then(|n| u32::try_from(n).ok()),
            parameters: number(&meta["n_params"]),
            simulated: meta["simulated"] == json!(true) || entry["simulated"] == json!(true),
            ..Identity::default()
        };
        let mut props = Value::Null;
        if entry["owned_by"] == "llamacpp" {
            props = self.plain().get("/props").await.unwrap_or(Value::Null);
            identity.build = text(&props["build_info"]);
            identity.quantisation = identity.quantisation.or(text(&props["model_ftype"]));
        }
        if let Some(model) = &identity.model {
            let _known_already = self.model.set(model.clone());
        }
        let flavour = if entry["owned_by"] == "llamacpp" { Flavour::Llamacpp } else { Flavour::Plain };
        let _known_already = self.flavour.set(flavour);
        identity.raw = json!({
            "model": entry,
            "props": { "build_info": props["build_info"], "model_alias": props["model_alias"],
                       "model_ftype": props["model_ftype"], "total_slots": props["total_slots"] },
        });
        Ok(identity)
    }

    /// A remote pipeline need not tell anything: its address, and the program's name where its server says it.
    async fn pipeline_identity(&self) -> Result<Identity, EngineError> {
        let build = self.plain().server().await?;
        Ok(Identity { build, raw: json!({ "url": self.config().base_url }), ..Identity::default() })
    }

    /// `/api/version`, `/api/ps` for what is loaded, `/api/tags` for what could be.
    async fn ollama_identity(&self) -> Result<Identity, EngineError> {
        let version = self.plain().get("/api/version").await?;
        let loaded = self.plain().get("/api/ps").await?;
        let tags = self.plain().get("/api/tags").await?;
        let wanted = self.config().model.as_deref();
        let find = |answer: &Value| {
            let list = answer["models"].as_array().cloned().unwrap_or_default();
            let named = |m: &Value| {
                let name = m["name"].as_str().unwrap_or_default();
                wanted.is_none_or(|w| name == w || name.strip_suffix(":latest") == Some(w))
            };
            list.into_iter().find(named)
        };
        let running = find(&loaded);
        let entry = running.clone().or_else(|| find(&tags)).unwrap_or(Value::Null);
        let spill = running.as_ref().and_then(|m| Some(number(&m["size"])?.saturating_sub(number(&m["size_vram"])?)));
        if let Some(model) = text(&entry["name"]) {
            let _known_already = self.model.set(model);
        }
        Ok(Identity {
            model: text(&entry["name"]),
            build: text(&version["version"]),
            quantisation: text(&entry["details"]["quantization_level"]),
            context_tokens: number(&entry["context_length"]).and_then(|n| u32::try_from(n).ok()),
            parameters: None,
            cpu_spill_bytes: spill,
            simulated: false,
            raw: json!({ "version": version["version"], "model": entry, "loaded": running.is_some() }),
        })
    }
}

fn text(v: &Value) -> Option<String> {
    v.as_str().filter(|s| !s.is_empty()).map(str::to_owned)
}

fn number(v: &Value) -> Option<u64> {
    v.as_u64()
}
