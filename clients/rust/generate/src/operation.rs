//! Operations: a method each.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::thin::{resolve, thin};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Documents for browsers and tools.
const NO_CALLS: [&str; 2] = ["get_swagger", "get_openapi"];
const JSON: &str = "application/json";

/// An operation, as its method needs it.
pub struct Operation {
    name: String,
    method: &'static str,
    path: String,
    summary: String,
    /// Whether it takes an `Idempotency-Key`.
    keyed: bool,
    /// Whether it needs no session.
    open: bool,
    in_path: Vec<(String, Value)>,
    in_query: Vec<(String, bool, Value)>,
    body: Option<Value>,
    /// None for an answer without a body.
    answer: Option<Value>,
}

/// All operations, by path.
pub fn read(document: &Value) -> Result<Vec<Operation>, Failure> {
    let paths: BTreeMap<_, _> =
        document["paths"].as_object().ok_or("the document has no paths")?.iter().collect();
    let mut all = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            let operation = &item[method];
            let Some(name) = operation["operationId"].as_str() else { continue };
            if !NO_CALLS.contains(&name) {
                all.push(Operation::read(document, path, method, name, operation)?);
            }
        }
    }
    Ok(all)
}

impl Operation {
    fn read(
        document: &Value,
        path: &str,
        method: &'static str,
        name: &str,
        operation: &Value,
    ) -> Result<Self, Failure> {
        let mut read = Self {
            name: name.to_owned(),
            method,
            path: path.to_owned(),
            summary: operation["summary"]
                .as_str()
                .ok_or_else(|| format!("{name} has no summary"))?
                .to_owned(),
            keyed: false,
            open: operation["security"].as_array().is_some_and(Vec::is_empty),
            in_path: Vec::new(),
            in_query: Vec::new(),
            body: operation["requestBody"]["content"][JSON].get("schema").cloned(),
            answer: None,
        };
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = match parameter["$ref"].as_str() {
                Some(reference) => resolve(document, reference)?,
                None => parameter,
            };
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            let required = parameter["required"] == true;
            let mut schema = thin(document, &parameter["schema"])?;
            if let (Some(text), Some(fields)) = (parameter["description"].as_str(), schema.as_object_mut()) {
                fields.insert("description".to_owned(), json!(text));
            }
            match parameter["in"].as_str() {
                Some("path") => read.in_path.push((name, schema)),
                Some("query") => read.in_query.push((name, required, schema)),
                _ => read.keyed |= name == "Idempotency-Key",
            }
        }
        let answers = ["200", "201", "202"].iter().filter_map(|status| operation["responses"].get(*status));
        for answer in answers {
            read.answer = answer["content"][JSON].get("schema").cloned().or(read.answer);
        }
        Ok(read)
    }

    /// The name of a type that belongs to this operation.
    fn type_name(&self, end: &str) -> String {
        let words = self.name.split('_').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        words.chain([end.to_owned()]).collect()
    }

    /// Schemas of this operation that have no name in the document: of its query, its body and its answer.
    pub fn schemas(&self, document: &Value) -> Result<Map<String, Value>, Failure> {
        let mut schemas = Map::new();
        if !self.in_query.is_empty() {
            let properties: Map<_, _> =
                self.in_query.iter().map(|(name, _, schema)| (name.clone(), schema.clone())).collect();
            let required: Vec<_> =
                self.in_query.iter().filter(|(_, required, _)| *required).map(|(name, ..)| name).collect();
            let about = format!("The query of `{}`.", self.name);
            let schema = json!({ "type": "object", "description": about, "properties": properties, "required": required });
            schemas.insert(self.type_name("Query"), schema);
        }
        for (end, schema) in [("Body", &self.body), ("Answer", &self.answer)] {
            if let Some(schema) = schema.as_ref().filter(|schema| schema["$ref"].is_null()) {
                schemas.insert(self.type_name(end), thin(document, schema)?);
            }
        }
        Ok(schemas)
    }

    /// The type of a body or an answer.
    fn type_of(&self, schema: &Value, end: &str) -> Ident {
        let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        ident(&name.map_or_else(|| self.type_name(end), str::to_owned))
    }

    /// The method of the client.
    pub fn method(&self) -> TokenStream {
        let name = ident(&self.name);
        let verb = self.method.to_uppercase();
        let method = ident(&verb);
        let about = format!(" {}\n\n `{verb} {}`", self.summary, self.path);
        let path = &self.path;
        let keyed = self.keyed.then(|| quote!(.keyed()));
        let open = self.open.then(|| quote!(.open()));
        let parts = self.in_path.iter().map(|(name, schema)| {
            let value = ident(name);
            if schema["format"] == "uuid" {
                quote!((#name, &#value.to_string()))
            } else {
                quote!((#name, #value))
            }
        });
        let arguments = self.in_path.iter().map(|(name, schema)| {
            let name = ident(name);
            if schema["format"] == "uuid" { quote!(#name: ::uuid::Uuid) } else { quote!(#name: &str) }
        });
        let query = (!self.in_query.is_empty()).then(|| {
            let of = ident(&self.type_name("Query"));
            quote!(query: &#of)
        });
        let body = self.body.as_ref().map(|schema| {
            let of = self.type_of(schema, "Body");
            quote!(body: &#of)
        });
        let taken = arguments.chain(query.clone()).chain(body.clone());
        let with_query = query.map(|_| quote!(.query(query)?));
        let with_body = body.map(|_| quote!(.body(body)?));
        let id = &self.name;
        let call = quote! {
            Call::new(#id, Method::#method, #path, &[#(#parts),*])
                #keyed
                #open
                #with_query
                #with_body
        };
        match &self.answer {
            Some(schema) => {
                let answer = self.type_of(schema, "Answer");
                quote! {
                    #[doc = #about]
                    pub async fn #name(&self, #(#taken),*) -> Result<#answer, Error> {
                        self.answered(#call).await
                    }
                }
            }
            None => quote! {
                #[doc = #about]
                pub async fn #name(&self, #(#taken),*) -> Result<(), Error> {
                    self.done(#call).await
                }
            },
        }
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
