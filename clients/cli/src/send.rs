//! `talkify send` and `talkify upload`.

use std::path::Path;

use talkify_client::{Client, Content, NewMediaKind, Upload};

use crate::failure::Failure;
use crate::people;
use crate::print::Printer;

/// Sends words.
pub async fn text(client: &Client, printer: &mut Printer, to: &str, text: String) -> Result<(), Failure> {
    let conversation_id = people::conversation(client, to).await?;
    printer.sent(&client.say(conversation_id, Content::Text { text }).await?)
}

/// Uploads a file and sends it.
pub async fn file(
    client: &Client,
    printer: &mut Printer,
    to: &str,
    file: &Path,
    text: Option<String>,
) -> Result<(), Failure> {
    let conversation_id = people::conversation(client, to).await?;
    let upload = Upload::of(file);
    let media_ids = vec![client.upload(&upload).await?.id];
    let content = match upload.kind {
        NewMediaKind::Image => Content::Image { media_ids, text },
        NewMediaKind::Video => Content::Video { media_ids, text },
        NewMediaKind::Audio => Content::Audio { media_ids, text },
        NewMediaKind::File => Content::File { media_ids, text },
    };
    printer.sent(&client.say(conversation_id, content).await?)
}
