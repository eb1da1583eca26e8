// A session of fhir-kit-client with the server at FHIR_BASE. Prints what it saw as one line of JSON.
import assert from "node:assert/strict";
import { Client } from "fhir-kit-client";

const client = new Client({ baseUrl: process.env.FHIR_BASE, bearerToken: process.env.FHIR_TOKEN });
const status = (promise) => promise.then(() => 200, (error) => error.response.status);
const seen = {};

const statement = await client.capabilityStatement();
seen.fhirVersion = statement.fhirVersion;

const made = await client.create({
  resourceType: "Patient",
  body: { resourceType: "Patient", name: [{ family: "Marlowe", given: ["Ada"] }], gender: "female" },
});
seen.version = made.meta.versionId;
const place = { resourceType: "Patient", id: made.id };
assert.deepEqual(await client.read(place), made);

const changed = await client.update({
  ...place,
  body: { ...made, active: true },
  options: { headers: { "If-Match": 'W/"1"' } },
});
seen.changed = [changed.active, changed.meta.versionId];
seen.stale = await status(client.update({
  ...place,
  body: { ...made, active: false },
  options: { headers: { "If-Match": 'W/"1"' } },
}));
const patched = await client.patch({ ...place, jsonPatch: [{ op: "replace", path: "/gender", value: "other" }] });
seen.patched = patched.gender;
seen.history = (await client.history(place)).entry.map((entry) => entry.resource.meta.versionId);
assert.deepEqual(await client.vread({ ...place, version: "1" }), made);

const entry = (number) => ({
  fullUrl: `urn:uuid:0a3f5f7e-58a5-4e0c-9d3c-2f6a1f0c000${number}`,
  resource: { resourceType: "Basic", code: { text: `entry ${number}` }, subject: { reference: `Patient/${made.id}` } },
  request: { method: "POST", url: "Basic" },
});
const answers = await client.transaction({
  body: { resourceType: "Bundle", type: "transaction", entry: [1, 2, 3, 4, 5].map(entry) },
});
seen.transaction = answers.entry.map((each) => each.response.status.slice(0, 3));

const search = { resourceType: "Basic", searchParams: { subject: `Patient/${made.id}`, _count: "2" } };
let bundle = await client.search(search);
const byForm = await client.search({ ...search, options: { postSearch: true } });
assert.deepEqual(byForm.entry.map((each) => each.resource), bundle.entry.map((each) => each.resource));
seen.pages = [];
while (bundle) {
  seen.pages.push(bundle.entry.length);
  bundle = await client.nextPage({ bundle });
}
seen.compartment = (await client.search({ resourceType: "Basic", compartment: place })).total;
seen.validated = (await client.operation({ name: "validate", resourceType: "Patient", input: made })).resourceType;

await client.delete(place);
seen.deleted = await status(client.read(place));
seen.unknown = await status(client.read({ resourceType: "Patient", id: "nobody" }));
console.log(JSON.stringify(seen));
process.exit(0);
