// Swagger UI ships no types; this is the one call that the page makes.

declare module "swagger-ui-dist/swagger-ui-bundle.js" {
  export default function SwaggerUI(options: {
    dom_id: string;
    url: string;
    deepLinking: boolean;
    defaultModelsExpandDepth: number;
    validatorUrl: null;
  }): unknown;
}
