# Installs the texts that the executable prints about its own options into a folder `data`: its manual page,
# and completions for shells.
foreach(text IN ITEMS
    "man/man1/tailrace.1 man"
    "bash-completion/completions/tailrace completion bash"
    "zsh/vendor-completions/_tailrace completion zsh"
    "fish/vendor_completions.d/tailrace.fish completion fish")
  separate_arguments(words UNIX_COMMAND "${text}")
  list(POP_FRONT words file)
  message(STATUS "Installing: ${data}/${file}")
  get_filename_component(folder ${data}/${file} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${executable} ${words} OUTPUT_FILE ${data}/${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
