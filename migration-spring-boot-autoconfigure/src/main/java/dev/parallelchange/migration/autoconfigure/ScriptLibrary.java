package dev.parallelchange.migration.autoconfigure;

import dev.parallelchange.migration.script.ScriptTool;

/**
 * A library on the class path that runs scripts.
 *
 * @param beanType the type of the bean that an application has that uses it itself
 * @param tool what runs scripts by it
 */
record ScriptLibrary(Class<?> beanType, ScriptTool tool) {

}
