// The page at /api/docs: the API's document, shown by Swagger UI. Nothing is asked of anybody but the daemon.

import SwaggerUI from "swagger-ui-dist/swagger-ui-bundle.js";

SwaggerUI({
  dom_id: "#docs",
  url: "/api/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Its maker's service would be shown the document.
  validatorUrl: null,
});
