use serde_json::json;
use testkit::{Gateway, new_id};

#[tokio::test]
async fn a_file_is_for_its_uploader_and_the_members_it_was_sent_to() {
    let app = Gateway::start().await;
    let (alice, bob, mallory) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
    let media = app.uploads(&alice, "file", "text/plain", b"for bob").await;
    let path = format!("/v1/media/{}", media["id"].as_str().unwrap());
    let direct = alice.opens_direct_conversation_with(&bob).await;
    bob.get(&path).await.problem(404, "not_found");
    let body = json!({"client_id": new_id(), "type": "file", "media_ids": [media["id"]]});
    let sent = alice.post(&direct.messages(), &body).await.created();
    assert_eq!(sent["media"][0]["id"], media["id"]);
    let seen = bob.get(&path).await.ok();
    assert_eq!(app.follows(seen["url"].as_str().unwrap()).await.body, b"for bob");
    // Every answer that shows the message has a link.
    let message = bob.get(&format!("{}/{}", direct.messages(), sent["id"].as_str().unwrap())).await.ok();
    let page = bob.get(&direct.messages()).await.ok();
    let conversations = bob.get("/v1/conversations").await.ok();
    for file in [
        &sent["media"][0],
        &message["media"][0],
        &page["items"][0]["media"][0],
        &conversations["items"][0]["last_message"]["media"][0],
    ] {
        assert_eq!(app.follows(file["url"].as_str().unwrap()).await.body, b"for bob", "{file}");
    }
    mallory.get(&path).await.problem(404, "not_found");
    let link = seen["url"].as_str().unwrap();
    let (address, query) = link.split_once('?').unwrap();
    for forged in [
        address.to_owned(),
        link.replace("Expires=300", "Expires=9000"),
        link.replace("text%2Fplain", "text%2Fhtml"),
        format!("{address}x?{query}"),
    ] {
        let answer = app.follows(&forged).await;
        assert!(answer.status == 403 || answer.status == 404, "{answer}");
    }
}

/// A picture of noise, so that it is larger than its previews: 8-bit grey, in PNG.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_text_chunk("Comment".to_owned(), "taken at home".to_owned()).unwrap();
    let pixels: Vec<u8> =
        (0..width * height).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

#[tokio::test]
async fn a_picture_is_served_clean_and_in_smaller_sizes() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let media = app.uploads(&alice, "image", "image/png", &picture(700, 350)).await;
    assert_eq!(
        (&media["status"], &media["width"], &media["height"]),
        (&json!("ready"), &json!(700), &json!(350))
    );
    assert!(media["thumbhash"].is_string());
    let clean = app.follows(media["url"].as_str().unwrap()).await;
    assert_eq!(clean.status, 200);
    assert!(
        !String::from_utf8_lossy(&clean.body).contains("taken at home"),
        "what is beside the picture is gone"
    );
    let variants = media["variants"].as_array().unwrap();
    let widths: Vec<i64> = variants.iter().map(|variant| variant["width"].as_i64().unwrap()).collect();
    assert!(widths.contains(&256) && widths.contains(&640), "{media}");
    for variant in variants {
        let served = app.follows(variant["url"].as_str().unwrap()).await;
        assert_eq!(
            (served.status, served.headers.get("content-type")),
            (200, variant["content_type"].as_str().map(|kind| kind.parse().unwrap()).as_ref())
        );
    }
}

#[tokio::test]
async fn what_is_no_picture_says_why() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let media = app.uploads(&alice, "image", "image/png", b"<svg onload=alert(1)>").await;
    assert_eq!((&media["status"], &media["url"]), (&json!("failed"), &json!(null)));
    assert!(media["failure"].is_string(), "{media}");
}
