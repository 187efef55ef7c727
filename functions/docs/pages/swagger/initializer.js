// Shows the API and lets one try it. Whoever registers, logs in or refreshes here is logged in for all other calls.
"use strict";

const OPENS_SESSION = [/\/v1\/users$/, /\/v1\/sessions$/, /\/v1\/sessions\/refresh$/];

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  // It would send the document to somebody else.
  validatorUrl: null,
  responseInterceptor: (response) => {
    const path = new URL(response.url, location.href).pathname;
    if (response.ok && OPENS_SESSION.some((pattern) => pattern.test(path))) {
      const answer = response.body ?? {};
      const token = (answer.session ?? answer).access_token;
      if (token) {
        ui.preauthorizeApiKey("bearer", token);
      }
    }
    return response;
  },
});
