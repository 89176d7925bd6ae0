package dev.parallelchange.chaos.load;

/**
 * What a write puts into its rows.
 *
 * @param transaction names the caller's transaction
 * @param version names the write
 * @param writer who makes it
 * @param joins whether it must be part of a transaction that its caller has begun
 */
public record Stamp(String transaction, String version, String writer, boolean joins) {

}
