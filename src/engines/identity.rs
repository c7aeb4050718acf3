//! What an engine tells of itself. Asked, never copied from settings.

use serde_json::{Value, json};

use crate::engines::client::{Client, Told};
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
    /// Of the model's file.
    pub digest: Option<String>,
    /// Why less is known than could be.
    pub note: Option<String>,
    /// The engine says that it is a simulation.
    pub simulated: bool,
    /// The answers themselves, without paths and templates.
    pub raw: Value,
}

/// Whom llama.cpp's list of models names as their owner.
const LLAMACPP: &str = "llamacpp";

impl Client {
    /// Asks the engine what it is, and learns which extensions it knows.
    ///
    /// # Errors
    /// It cannot be reached, or answers with an error.
    pub async fn identity(&self) -> Result<Identity, EngineError> {
        let (identity, maker) = match self.config().dialect {
            Dialect::Ollama => (self.ollama_identity().await?, None),
            Dialect::Pipeline => (self.pipeline_identity().await?, None),
            _ => self.openai_identity().await?,
        };
        let maker = maker.as_deref().unwrap_or_default();
        self.now_told(Told {
            model: identity.model.clone(),
            build: identity.build.clone(),
            digest: identity.digest.clone(),
            flavour: if maker == LLAMACPP { Flavour::Llamacpp } else { Flavour::Plain },
            ignores_stop: [LLAMACPP, "vllm", "sglang"].contains(&maker),
        });
        Ok(identity)
    }

    /// `/v1/models`, and llama.cpp's `/props` where there is one; with who made the engine, where it says so.
    async fn openai_identity(&self) -> Result<(Identity, Option<String>), EngineError> {
        let models = match self.plain().get("/v1/models").await {
            Ok(models) => models,
            Err(e) if cannot_serve(&e) => return Err(e),
            Err(e) => return Ok((self.unlisted(&e), None)),
        };
        let list = models["data"].as_array().cloned().unwrap_or_default();
        let entry = self.listed(list, names_of_openai, |name, wanted| name == wanted)?;
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
        if entry["owned_by"] == LLAMACPP {
            props = self.plain().get("/props").await.unwrap_or(Value::Null);
            identity.build = text(&props["build_info"]);
            identity.quantisation = identity.quantisation.or(text(&props["model_ftype"]));
        }
        identity.raw = json!({
            "model": entry,
            "props": { "build_info": props["build_info"], "model_alias": props["model_alias"],
                       "model_ftype": props["model_ftype"], "total_slots": props["total_slots"] },
        });
        Ok((identity, text(&entry["owned_by"])))
    }

    /// An engine that does not tell its models (transformers offline) can be asked for answers all the same.
    fn unlisted(&self, why: &EngineError) -> Identity {
        let note = format!("its models are not known: {why}");
        Identity {
            model: self.config().model.clone(),
            raw: json!({ "note": note }),
            note: Some(note),
            ..Identity::default()
        }
    }

    /// The entry of the configured model, else the first one; null where nothing is listed.
    ///
    /// # Errors
    /// The configured model is none of those that are listed.
    fn listed(
        &self,
        list: Vec<Value>,
        names: fn(&Value) -> Vec<String>,
        is: fn(&str, &str) -> bool,
    ) -> Result<Value, EngineError> {
        let Some(wanted) = self.config().model.as_deref() else {
            return Ok(list.into_iter().next().unwrap_or_default());
        };
        let named = |m: &&Value| names(m).iter().any(|name| is(name, wanted));
        match list.iter().find(named) {
            Some(entry) => Ok(entry.clone()),
            None if list.is_empty() => Ok(Value::Null),
            None => {
                let serves = list.iter().filter_map(|m| names(m).into_iter().next()).collect::<Vec<_>>().join(", ");
                Err(EngineError::NoSuchModel { engine: self.config().role, serves, wanted: wanted.to_owned() })
            }
        }
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
        let list = |answer: &Value| answer["models"].as_array().cloned().unwrap_or_default();
        let running = self.listed(list(&loaded), names_of_ollama, is_ollama_name).ok().filter(|m| !m.is_null());
        let entry = match &running {
            Some(running) => running.clone(),
            None => self.listed(list(&tags), names_of_ollama, is_ollama_name)?,
        };
        let spill = running.as_ref().and_then(|m| Some(number(&m["size"])?.saturating_sub(number(&m["size_vram"])?)));
        Ok(Identity {
            model: text(&entry["name"]),
            build: text(&version["version"]),
            quantisation: text(&entry["details"]["quantization_level"]),
            context_tokens: number(&entry["context_length"]).and_then(|n| u32::try_from(n).ok()),
            parameters: None,
            cpu_spill_bytes: spill,
            digest: text(&entry["digest"]),
            note: None,
            simulated: false,
            raw: json!({ "version": version["version"], "model": entry, "loaded": running.is_some() }),
        })
    }
}

/// Whether an engine that answers so about its models cannot answer anything: nobody listens, the key is refused, or
/// its model is still being loaded.
fn cannot_serve(e: &EngineError) -> bool {
    match e {
        EngineError::Status { status, .. } => matches!(status, 401 | 403 | 503),
        _ => true,
    }
}

/// The id, then the aliases of llama.cpp.
fn names_of_openai(m: &Value) -> Vec<String> {
    let aliases = m["aliases"].as_array().map(Vec::as_slice).unwrap_or_default();
    [&m["id"]].into_iter().chain(aliases).filter_map(text).collect()
}

fn names_of_ollama(m: &Value) -> Vec<String> {
    text(&m["name"]).into_iter().collect()
}

/// Ollama's names end with a tag, `:latest` where none is given.
fn is_ollama_name(name: &str, wanted: &str) -> bool {
    name.strip_suffix(":latest").unwrap_or(name) == wanted.strip_suffix(":latest").unwrap_or(wanted)
}

fn text(v: &Value) -> Option<String> {
    v.as_str().filter(|s| !s.is_empty()).map(str::to_owned)
}

fn number(v: &Value) -> Option<u64> {
    v.as_u64()
}
