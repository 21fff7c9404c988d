// Says what java.security.KeyStore makes of each PKCS#12 file, as one line of JSON: by alias, the SHA-256 of the key (or
// null) and of its certificates. Arguments: file and password by turns.
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.util.*;

class Keystore {
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < args.length; i += 2) {
      char[] password = Files.readString(Path.of(args[i + 1])).toCharArray();
      var store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(Path.of(args[i]))) { store.load(in, password); }
      // As docs/formats.md has it: a program that asks for the old type gets the same.
      try (InputStream in = Files.newInputStream(Path.of(args[i]))) { KeyStore.getInstance("JKS").load(in, password); }
      var entries = new ArrayList<String>();
      for (String alias : Collections.list(store.aliases())) {
        Key key = store.getKey(alias, password);
        Certificate[] chain = key == null ? new Certificate[] {store.getCertificate(alias)} : store.getCertificateChain(alias);
        var hashes = new ArrayList<String>();
        hashes.add(key == null ? "null" : sha256(key.getEncoded()));
        for (Certificate one : chain) hashes.add(sha256(one.getEncoded()));
        entries.add('"' + alias + "\":[" + String.join(",", hashes) + "]");
      }
      System.out.println("{" + String.join(",", entries) + "}");
    }
  }

  static String sha256(byte[] bytes) throws Exception {
    return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)) + '"';
  }
}
