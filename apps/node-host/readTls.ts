import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";

/** What the host is served with over TLS, as PEM. */
export type Tls = { readonly cert: string; readonly key: string };

/** Reads certificate (with what it is signed by behind it, if anything) and private key, and tries them.
 *  @param files absolute
 *  @returns both, or one line that says which of them cannot be used and why */
export async function readTls(files: Tls): Promise<Tls | string> {
  const cert = await readPem("--tls-cert", files.cert);
  if ("refused" in cert) return cert.refused;
  const key = await readPem("--tls-key", files.key);
  if ("refused" in key) return key.refused;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert.pem);
  } catch {
    // OpenSSL's own words name its routines, not what is wrong
    return `--tls-cert: ${files.cert} holds no certificate in PEM form`;
  }
  try {
    const privateKey = createPrivateKey(key.pem);
    if (!certificate.checkPrivateKey(privateKey))
      return `--tls-key: ${files.key} is not the key of the certificate ${files.cert}`;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE"
      ? `--tls-key: ${files.key} is encrypted; Segue asks for no passphrase`
      : `--tls-key: ${files.key} holds no private key in PEM form`;
  }
  try {
    createSecureContext({ cert: cert.pem, key: key.pem });
  } catch (cause) {
    return `--tls-cert: ${files.cert} cannot be used: ${(cause as Error).message}`;
  }
  return { cert: cert.pem, key: key.pem };
}

async function readPem(
  flag: string,
  path: string,
): Promise<{ readonly pem: string } | { readonly refused: string }> {
  try {
    return { pem: await readFile(path, "utf8") };
  } catch (cause) {
    return { refused: `${flag}: ${path} cannot be read: ${(cause as Error).message}` };
  }
}
