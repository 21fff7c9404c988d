// Says what java.util.Properties loads of each file, from bytes and from characters, as one line of JSON.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.HexFormat;
import java.util.Map;

class Properties {
  public static void main(String[] files) throws IOException {
    for (String file : files) {
      var fromBytes = new java.util.Properties();
      try (InputStream in = Files.newInputStream(Path.of(file))) { fromBytes.load(in); }
      var fromChars = new java.util.Properties();
      try (Reader in = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) { fromChars.load(in); }
      if (!fromBytes.equals(fromChars)) throw new IOException(file + ": bytes and characters differ");
      var line = new StringBuilder("{");
      for (Map.Entry<Object, Object> entry : fromBytes.entrySet()) {
        if (line.length() > 1) line.append(',');
        line.append('"').append(hex(entry.getKey())).append("\":\"s").append(hex(entry.getValue())).append('"');
      }
      System.out.println(line.append('}'));
    }
  }

  static String hex(Object text) {
    return HexFormat.of().formatHex(((String) text).getBytes(StandardCharsets.UTF_8));
  }
}
