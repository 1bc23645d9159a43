// Swagger UI on the document that this server makes. Nothing of it is loaded from elsewhere.

addEventListener("DOMContentLoaded", () => {
  globalThis.SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#viewer",
    validatorUrl: null,
    tryItOutEnabled: true,
    persistAuthorization: false,
    defaultModelsExpandDepth: 0,
  });
});
