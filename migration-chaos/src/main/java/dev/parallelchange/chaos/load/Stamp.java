package dev.parallelchange.chaos.load;

/**
 * What a write puts into its rows.
 *
 * @param version names the write
 * @param writer who makes it
 */
public record Stamp(String version, String writer) {

}
