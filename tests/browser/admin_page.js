// Fills in dynamodb-admin's page for a new table and submits it, as a person does. Reports what the list of
// tables then shows, or the page's error.

const frame = document.createElement("iframe");
frame.src = "/create-table";
const loaded = () => new Promise((resolve) => {
  frame.onload = () => resolve(frame.contentDocument);
});

async function use() {
  const opened = loaded();
  document.body.append(frame);
  const page = await opened;
  // The page's own ready handlers run before this one.
  await new Promise((resolve) => frame.contentWindow.$(resolve));
  const field = (name) => page.querySelector(`[name="${name}"]`);
  field("TableName").value = "music";
  field("HashAttributeName").value = "artist";
  field("RangeAttributeName").value = "song";
  field("RangeAttributeType").value = "N";
  field("ReadCapacityUnits").value = "7";
  page.querySelector("#new-index").click();
  field("secondary-index-1-IndexName").value = "by-song";
  field("secondary-index-1-HashAttributeName").value = "song";
  field("secondary-index-1-HashAttributeType").value = "N";
  field("secondary-index-1-ReadCapacityUnits").value = "5";
  field("secondary-index-1-WriteCapacityUnits").value = "6";
  const refused = new Promise((resolve) => {
    const place = page.querySelector("#error-wrapper");
    new MutationObserver(() => resolve(place.textContent)).observe(place, { childList: true });
  });
  const listed = loaded().then((list) => list.querySelector("a[href='/tables/music']")?.textContent);
  page.querySelector("#saveButton").click();
  return Promise.race([listed, refused]);
}

const seen = await use().catch((error) => String(error));
await fetch("/seen", { method: "POST", body: JSON.stringify(seen ?? "no such table") });
