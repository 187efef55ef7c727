//! Generates the Rust client's types and calls from `openapi.yaml`: the types by typify, and a method for each operation over them.
//!
//! typify reads JSON Schema as it was in draft 7, and makes a type of each rule that a string keeps. A client needs neither: the server
//! checks. So schemas are thinned first to what makes a shape ([`thin`]).

mod operation;
mod thin;

use quote::quote;
use serde_json::{Value, json};
use typify_impl::{TypeSpace, TypeSpaceSettings};

/// What cannot be generated: a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The module of the client that this document makes.
///
/// # Errors
/// A sentence about the first thing in the document that is not understood.
pub fn generate(openapi: &str) -> Result<String, Failure> {
    let document: Value = serde_saphyr::from_str(openapi)?;
    let operations = operation::read(&document)?;
    let mut schemas = thin::schemas(&document)?;
    for operation in &operations {
        schemas.extend(operation.schemas(&document)?);
    }
    let root = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": schemas });
    let mut settings = TypeSpaceSettings::default();
    settings.with_struct_builder(false).with_replacement(thin::SECRET, "crate::Secret", std::iter::empty());
    let mut types = TypeSpace::new(&settings);
    types.add_root_schema(serde_json::from_value(root)?)?;
    let types = types.to_stream();
    let methods = operations.iter().map(operation::Operation::method);
    let file = syn::parse2(quote! {
        use crate::call::{Call, Method};
        use crate::{Client, Error, NewMessage};

        #types

        /// Each operation of the API, by the name it has there.
        impl Client {
            #(#methods)*
        }
    })?;
    let head = "// Generated from openapi.yaml by `cargo run --example generate-client`. Do not edit.\n\n";
    Ok(format!("{head}{}", prettyplease::unparse(&file)))
}
