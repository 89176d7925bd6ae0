package dev.parallelchange.migration.docs.example;

record Settings(long userId, String theme) {
}
