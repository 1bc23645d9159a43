// Swagger UI on the document that this server makes. Nothing of it is loaded from elsewhere.

addEventListener("DOMContentLoaded", () => {
  globalThis.SwaggerUIBundle({
    ...(globalThis.API_DOCUMENT // there where it was written as static files
      ? { spec: globalThis.API_DOCUMENT } : { url: "/api/openapi.json" }),
    dom_id: "#viewer",
    validatorUrl: null,
    tryItOutEnabled: true,
    persistAuthorization: false,
    defaultModelsExpandDepth: 0,
  });
});
