/** The reference of the options; the guide is docs/plugins.md. */
export const PLUGIN_USAGE = `usage: slipway plugin new DIR [--language javascript|assemblyscript|wat]
       slipway plugin build [DIR] [--out FILE]
       slipway plugin test [DIR]
       slipway plugin replay COMPONENT RECORDING

  new     makes a folder with a plugin that works, its manifest, a test, types, and a package.json with its compiler
  build   compiles it into one file, the component with its manifest inside; the compiler is the folder's own, so
          "npm install" comes first
  test    builds it and makes the calls of tests/*.json; each must end as it says
  replay  makes a call of a server again: RECORDING comes from the plugin's page ("Save recording")

  --language NAME   what the plugin is written in (new; javascript)
  --out FILE        where the component goes (build; DIR/ID.wasm)
  --json            answers as JSON

Fuel, operations and failures are the same as on a server. Exits with 1 where something is not as it should be.
docs/plugins.md is the guide.
`;
