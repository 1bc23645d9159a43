module.exports = {
  shop: {
    input: "openapi.json",
    output: {
      target: "made/orval.ts",
      client: "fetch",
      mode: "single",
      override: { mutator: { path: "./orval_fetch.ts", name: "shopFetch" } },
    },
  },
};
