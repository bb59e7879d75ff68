// Verifies a credential in JWT form with the browser's own cryptography; nothing leaves the machine.
"use strict";
{
  const MOST = { file: 20971520, files: 40, unpacked: 10000000, together: 30000000, ratio: 100, small: 100000, list: 131072 };
  const NAME = /^(?:[a-z]+\/)?[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/;
  const MANIFEST = "manifest.json", SEAL = "manifest.jws", OUTCOME = "ext:LearningOutcome";
  const part = (name) => document.getElementById(name);
  const copy = (name) => part(name).content.cloneNode(true);
  const words = new Map([...part("words").content.children].map((word) => [word.dataset.word, word.textContent]));
  const say = (name, said = {}) => words.get(name).replace(/%\((\w+)\)s/g, (_whole, key) => said[key] ?? "");
  const refuse = (name, said) => { throw new Error(say(name, said)); };
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // the day before the month
  const when = (moment, timeStyle) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle }).format(moment);

  // What files hold: bytes, base64url, JSON, hashes ----------------------------------------------

  const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const encode = (words) => new TextEncoder().encode(words);
  const object = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
  const line = (value) => (typeof value === "string" ? value.slice(0, 300).replace(/[\p{Cc}\p{Cn}\u2028\u2029\uFEFF]/gu, " ") : "");
  const many = (value) => (value === undefined ? [] : [value].flat());
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

  function decode(base64url) {
    const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }

  function base64url(bytes) {
    const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  async function unpacked(bytes, format, most, tooLarge) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
    const parts = [];
    let size = 0;
    for await (const piece of pieces(stream.getReader())) {
      size += piece.length;
      if (size > most) tooLarge();
      parts.push(piece);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  async function* pieces(reader) {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  // A ZIP archive: its directory stands at its end (APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16) ----

  async function unzip(buffer) {
    const view = new DataView(buffer), end = buffer.byteLength - 22, files = new Map();
    if (end < 0 || view.getUint32(end, true) !== 0x06054b50) refuse("refuse.damaged");
    const count = view.getUint16(end + 10, true);
    if (count > MOST.files) refuse("refuse.too_many", { most: MOST.files });
    let at = view.getUint32(end + 16, true), together = 0;
    for (let number = 0; number < count; number++) {
      if (view.getUint32(at, true) !== 0x02014b50) refuse("refuse.damaged");
      const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
      const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
      const [named, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const name = text(new Uint8Array(buffer, at + 46, named)), said = { name: name.slice(0, 100) };
      if (name.length > 100 || !NAME.test(name)) refuse("refuse.bad_name", said);
      if ([...files.keys()].some((other) => other.toLowerCase() === name.toLowerCase())) refuse("refuse.twice", said);
      if (flags & 0x2041) refuse("refuse.encrypted", said);
      if (method !== 0 && method !== 8) refuse("refuse.bad_method", said);
      if (size > Math.max(MOST.small, MOST.ratio * packed)) refuse("refuse.too_tight", said);
      if (size > MOST.unpacked) refuse("refuse.file_large", said);
      if ((together += size) > MOST.together) refuse("refuse.files_large");
      const begin = view.getUint32(at + 42, true);
      const start = begin + 30 + view.getUint16(begin + 26, true) + view.getUint16(begin + 28, true);
      const inside = new Uint8Array(buffer, start, packed);
      const data = method ? await unpacked(inside, "deflate-raw", size, () => refuse("refuse.damaged")) : inside;
      if (data.length !== size) refuse("refuse.damaged");
      if (isZip(data)) refuse("refuse.nested", said);
      files.set(name, data);
      at += 46 + named + extra + comment;
    }
    return files;
  }

  const isZip = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] < 8;

  // Signatures (RFC 7515) and the keys of a DID document -------------------------------------------

  function parse(jws) {
    const parts = jws.trim().split(".");
    if (parts.length !== 3) refuse("page.not_a_jwt");
    const [header, payload] = parts.slice(0, 2).map((one) => object(JSON.parse(text(decode(one)))));
    return { header, payload, signed: encode(`${parts[0]}.${parts[1]}`), signature: decode(parts[2]) };
  }

  // The key that `kid` names, as it is published for signing; null when it is not there.
  async function keyOf(did, kid) {
    const owner = String(kid).split("#")[0];
    const method = many(did?.verificationMethod).find((one) => object(one).id === kid);
    const may = many(did?.assertionMethod).includes(kid) || Boolean(method?.revoked);
    if (!method || did.id !== owner || method.controller !== owner || !may) return null;
    const { kty, n, e } = object(method.publicKeyJwk);
    if (kty !== "RSA") return null;
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", { kty, n, e }, algorithm, false, ["verify"]);
    if (key.algorithm.modulusLength < 2048) return null;
    const digest = await sha256(encode(JSON.stringify({ e, kty, n }))); // RFC 7638
    const fingerprint = digest.toUpperCase().match(/.{4}/g).join(" ");
    return { key, owner, fingerprint, revoked: method.revoked ? new Date(method.revoked) : null };
  }

  // Only RS256 counts, whatever the header says beside it.
  async function fits({ header, signed, signature }, found) {
    if (header.alg !== "RS256" || "crit" in header || header.b64 === false) return false;
    return crypto.subtle.verify("RSASSA-PKCS1-v1_5", found.key, signature, signed);
  }

  // The manifest of a bundle: nothing was exchanged since it was packed ----------------------------

  async function checkManifest(files, did) {
    const manifest = object(JSON.parse(text(files.get(MANIFEST)))), [header, none, signature] = text(files.get(SEAL)).trim().split(".");
    if (none !== "" || !signature) refuse("refuse.seal_unknown");
    const seal = parse(`${header}.${base64url(files.get(MANIFEST))}.${signature}`), made = new Date(manifest.made);
    if (seal.header.typ !== "bundle+jws") refuse("refuse.seal_unknown");
    const key = await keyOf(did, seal.header.kid);
    if (!key) refuse("refuse.key_missing");
    if (!(await fits(seal, key))) refuse("refuse.seal_broken");
    if (manifest.issuer !== key.owner || !(made < (key.revoked ?? Infinity))) refuse("refuse.key_not_counting");
    const listed = object(manifest.files);
    for (const name of new Set([...files.keys(), ...Object.keys(listed)])) {
      if (name === MANIFEST || name === SEAL) continue;
      const same = files.has(name) && (await sha256(files.get(name))) === object(listed[name]).sha256;
      if (!same) refuse("refuse.changed", { name });
    }
    return { made, fingerprint: key.fingerprint };
  }

  // Errors of our own say why; others are what a browser says of bytes that are not what they seem.
  function whyNot(error) {
    if (error.constructor === Error) throw error;
    refuse("refuse.damaged");
  }

  // What was chosen: a bundle, or some of its files -------------------------------------------------

  async function read(chosen) {
    let files = new Map();
    for (const file of chosen) {
      if (file.size > MOST.file) refuse("refuse.archive_large", { most: MOST.file >> 20 });
      files.set(file.name, new Uint8Array(await file.arrayBuffer()));
    }
    const first = [...files.values()][0], isBundle = isZip(first);
    if (isBundle) files = await unzip(first.buffer).catch(whyNot);
    const found = { lists: [], credentials: [], did: null, manifest: null };
    for (const [name, bytes] of files) {
      if (/\.(jwt|txt)$/.test(name) && text(bytes.subarray(0, 3)) === "eyJ") {
        const jws = parse(text(bytes)), types = many(jws.payload.type);
        found[types.includes("BitstringStatusListCredential") ? "lists" : "credentials"].push(jws);
      } else if (/\.json$/.test(name) && name !== MANIFEST) {
        const value = object(JSON.parse(text(bytes)));
        if (value.verificationMethod) found.did = value;
      }
    }
    if (files.has(MANIFEST) && files.has(SEAL)) found.manifest = await checkManifest(files, found.did);
    else if (isBundle) refuse("refuse.no_bundle");
    if (found.credentials.length === 0) refuse("page.no_credential");
    if (found.credentials.length > 1) refuse("page.two_credentials");
    if (!many(found.credentials[0].payload.type).includes("VerifiableCredential")) refuse("page.not_a_jwt");
    return found;
  }

  // The checks, named as the portal names them ------------------------------------------------------

  const issuerOf = (payload) => line(object(payload.issuer).id ?? payload.issuer);

  function moment(value) {
    const found = value === undefined ? null : new Date(String(value));
    if (Number.isNaN(found?.getTime())) refuse("verdict.malformed");
    return found;
  }

  // When a JWT says that it was signed; one without `iat` at least not before it is valid.
  const signedAt = ({ iat, validFrom }) => (iat === undefined ? moment(validFrom) : new Date(1000 * iat));
  const seconds = (value) => (value ? Math.floor(value.getTime() / 1000) : null);
  const passed = (key, said) => ["passed", key, said];
  const failed = (key, said) => ["failed", key, said];
  const unknown = (key, said) => ["unknown", key, said];
  const skipped = (key, said) => ["skipped", key, said];

  function contradicted({ payload }) {
    const subject = object(payload.credentialSubject);
    const said = {
      iss: issuerOf(payload), jti: payload.id, sub: subject.id,
      nbf: seconds(moment(payload.validFrom)), exp: seconds(moment(payload.validUntil)),
    };
    return Object.keys(said).filter((claim) => claim in payload && payload[claim] !== said[claim]);
  }

  async function integrity(jws, key) {
    if (jws.header.alg !== "RS256" || "crit" in jws.header) return failed("refused", { detail: line(jws.header.alg) });
    const against = contradicted(jws);
    if (against.length) return failed("contradicts", { detail: against.join(", ") });
    if (!key) return unknown("key_unreachable", { detail: say("page.no_key") });
    if (!(await fits(jws, key))) return failed("broken");
    return key.revoked && !(signedAt(jws.payload) < key.revoked) ? failed("key_revoked") : passed("intact");
  }

  function keyCurrent(key, at) {
    if (key.revoked) return unknown("key_withdrawn_since", { moment: when(key.revoked) });
    return unknown("key_carried", { moment: when(at) });
  }

  async function notRevoked(payload, lists, did, now) {
    if (payload.credentialStatus === undefined) return skipped("no_status");
    const entries = many(payload.credentialStatus), entry = object(entries[0]), folder = (url) => String(url).replace(/[^/]*$/, "");
    const isKnown = entry.type === "BitstringStatusListEntry" && ["revocation", "suspension"].includes(entry.statusPurpose);
    if (entries.length > 1 || !isKnown || "statusSize" in entry) return unknown("status_unreadable", { detail: "" });
    const asked = [[entry.statusListCredential, entry.statusPurpose]], at = [];
    // The list of suspensions lies beside that of revocations; the credential has the same place in it.
    if (folder(entry.statusReference) === folder(entry.statusListCredential)) asked.push([entry.statusReference, "suspension"]);
    for (const [url, purpose] of asked) {
      const list = lists.find((one) => one.payload.id === url);
      if (!list) return unknown("status_unreachable", { detail: say("page.no_list") });
      const key = await keyOf(did, list.header.kid), until = moment(list.payload.validUntil);
      const own = issuerOf(list.payload) === issuerOf(payload) && key?.owner === issuerOf(payload);
      const signed = new Date(1000 * list.payload.iat);
      const counts = signed < (key?.revoked ?? Infinity) && !(until && until < now);
      if (!own || !counts || !(await fits(list, key))) return unknown("status_unreadable", { detail: say("page.list_unsigned") });
      if (await bit(list.payload, purpose, entry.statusListIndex)) return failed(purpose === "suspension" ? "suspended" : "revoked");
      at.push(signed);
    }
    return unknown("status_carried", { moment: when(Math.min(...at), "short") });
  }

  // One bit of a Bitstring Status List 1.0; bit 0 is the most significant one of byte 0.
  async function bit(payload, purpose, index) {
    const subject = object(payload.credentialSubject), place = Number(index);
    const unreadable = () => { throw new Error(say("page.list_unsigned")); };
    if (subject.statusPurpose !== purpose || !/^\d{1,9}$/.test(String(index))) unreadable();
    const encoded = String(subject.encodedList).replace(/^u/, "");
    const bits = await unpacked(decode(encoded), "gzip", MOST.list, unreadable);
    if (place >= 8 * bits.length) unreadable();
    return Boolean(bits[place >> 3] & (0x80 >> (place & 7)));
  }

  // What the reader has from elsewhere decides whether the key is the issuer's.
  function issuerKey(jws, key, fingerprint) {
    const issuer = issuerOf(jws.payload), place = decodeURIComponent(issuer.split(":")[2] ?? "");
    if (key.owner !== issuer || !issuer.startsWith("did:web:")) return failed("issuer_not_tied", { issuer });
    const typed = part("fingerprint").value.replace(/\s/g, "").toUpperCase();
    if (!typed) return unknown("issuer_carried", { place });
    if (typed !== fingerprint.replaceAll(" ", "")) return failed("other_fingerprint");
    return passed("issuer_compared", { place });
  }

  async function check({ credentials: [jws], lists, did, manifest }) {
    const now = new Date(), { payload, header } = jws, key = await keyOf(did, header.kid);
    const fingerprint = manifest?.fingerprint ?? key?.fingerprint ?? "";
    const intact = await integrity(jws, key), verified = intact[0] === "passed";
    const start = moment(payload.validFrom), end = moment(payload.validUntil), holder = holderOf(payload);
    const rows = {
      integrity: intact,
      signer: verified ? passed("signer", { signer: line(header.kid) }) : unknown("signer_claimed", { signer: line(header.kid) }),
      key_current: verified ? keyCurrent(key, manifest?.made ?? now) : skipped("key_not_asked"),
      issuer_key: verified ? issuerKey(jws, key, fingerprint) : unknown("issuer_unknown"),
      valid_from: !start ? unknown("no_start") : start > now ? failed("not_yet", { moment: when(start) }) : passed("valid_from", { moment: when(start) }),
      not_expired: !end ? skipped("no_end") : end < now ? failed("expired", { moment: when(end) }) : passed("not_expired", { moment: when(end) }),
      not_revoked: verified ? await notRevoked(payload, lists, did, now) : skipped(intact[1] === "broken" ? "status_skipped" : "key_not_asked"),
      holder: skipped(holder ? "holder_unasked" : "holder_unasked_unnamed", { holder }),
    };
    return { rows, payload, fingerprint, made: manifest?.made, now };
  }

  // All checks together: [colour, name of the title, name of the sentence].
  function verdict({ integrity: [intact, why], key_current: [, current], issuer_key: [, tie], not_expired: [ended], valid_from: [begun], not_revoked: [status, told] }) {
    if (intact === "failed") return ["bad", "title.not_valid", why === "broken" ? "verdict.changed" : `verdict.${why}`];
    if (tie === "other_fingerprint") return ["bad", "title.not_valid", "say.other_fingerprint"];
    if (status === "failed") return ["bad", told === "revoked" ? "title.revoked" : "page.suspended", `verdict.${told}`];
    if (intact === "unknown") return ["warn", "title.not_verifiable", "verdict.signature_unknown"];
    if (ended === "failed") return ["warn", "title.expired", "verdict.expired"];
    if (begun === "failed") return ["bad", "title.not_valid", "verdict.not_yet"];
    if (current === "key_withdrawn_since") return ["warn", "title.not_verifiable", "verdict.key_withdrawn"];
    if (tie === "issuer_not_tied") return ["warn", "title.not_verifiable", "verdict.intact_not_tied"];
    if (tie === "issuer_carried") return ["warn", "title.intact_carried", "verdict.intact_carried"];
    return told === "status_carried"
      ? ["warn", "title.valid_then", "verdict.valid_then"]
      : ["warn", "title.not_verifiable", "verdict.status_unknown"];
  }

  // Showing it: what a file says is only ever text --------------------------------------------------

  function holderOf({ credentialSubject }) {
    const named = many(object(credentialSubject).identifier).map(object);
    return line(named.find((one) => one.identityType === "name" && one.hashed === false)?.identityHash);
  }

  function show(colour, title, sentence, ...parts) {
    const head = copy(`verdict-${colour}`), heading = head.querySelector("h2");
    heading.textContent = title;
    head.querySelector("p").textContent = sentence;
    part("result").replaceChildren(head, ...parts);
    heading.focus();
  }

  // What stands in a credential of the portal beside its names (credentials/standards/open_badges.py).
  function detailsOf({ validFrom, awardedDate, credentialSubject }) {
    const subject = object(credentialSubject), achievement = object(subject.achievement);
    const stated = many(achievement.alignment).map(object);
    const named = (type) => stated.filter((one) => one.targetType === type).map((one) => line(one.targetName)).filter(Boolean);
    const grade = many(subject.result).map((one) => line(object(one).value)).find(Boolean);
    const earned = subject.creditsEarned ?? achievement.creditsAvailable, awarded = moment(awardedDate), issued = moment(validFrom);
    return {
      number: line(subject.licenseNumber), level: named("ext:EQF")[0], grade,
      credits: Number.isFinite(earned) ? `${new Intl.NumberFormat(language).format(earned)} ECTS` : "",
      awarded: awarded ? when(awarded) : "", issued: issued ? when(issued) : "", outcomes: named(OUTCOME),
    };
  }

  function said({ rows, payload, fingerprint, made, now }) {
    const filled = copy("said"), achievement = object(object(payload.credentialSubject).achievement);
    const values = {
      title: line(achievement.name), holder: holderOf(payload), issuer: line(object(payload.issuer).name), ...detailsOf(payload),
      did: issuerOf(payload), fingerprint, made: made ? when(made, "short") : "", now: when(now, "short"),
    };
    for (const place of filled.querySelectorAll("[data-fill]")) {
      const value = values[place.dataset.fill];
      if (!value?.length) place.parentElement.remove();
      else if (Array.isArray(value)) place.append(listed(value));
      else place.textContent = value;
    }
    if (rows.integrity[0] === "passed") filled.querySelector("[data-unless-intact]").remove();
    return filled;
  }

  function listed(texts) {
    const list = document.createElement("ul");
    list.className = "plain";
    for (const one of texts) list.appendChild(document.createElement("li")).textContent = one;
    return list;
  }

  function table(rows) {
    const filled = copy("checked"), body = filled.querySelector("tbody");
    for (const [name, [outcome, key, said]] of Object.entries(rows)) {
      const row = body.insertRow(), head = document.createElement("th");
      row.setAttribute("role", "row");
      head.setAttribute("role", "rowheader");
      head.scope = "row";
      head.textContent = say(`check.${name}`);
      row.append(head);
      const state = copy(`state-${outcome}`);
      if (words.has(`word.${key}`)) state.querySelector("span span").textContent = say(`word.${key}`);
      for (const content of [state, say(`say.${key}`, said)]) {
        const cell = row.insertCell();
        cell.setAttribute("role", "cell");
        cell.append(content);
      }
      row.lastChild.className = "wrap-any";
    }
    return filled;
  }

  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (!crypto.subtle || !window.DecompressionStream) refuse("page.no_means");
      const found = await check(await read(part("files").files)), [colour, title, sentence] = verdict(found.rows);
      show(colour, say(title), say(sentence), said(found), table(found.rows));
    } catch (error) {
      show("warn", say("page.unread"), error.constructor === Error ? error.message : say("verdict.malformed"));
    }
  });
}
