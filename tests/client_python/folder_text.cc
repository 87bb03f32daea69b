// SPDX-License-Identifier: Apache-2.0
//
// folder_text.cc: prints the exposition that we make of a folder of worker files, for compare_with_client.py.
//
// usage: folder_text FOLDER. Names that need quotes are written with underscores, which the client does as well unless it
// is asked otherwise. Exit 2 where the folder or a file of it was refused.
#include <cstdio>
#include <string>

#include "analyzer/multiproc/multiproc_folder.h"
#include "rules/safe_text.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  seriesguard::MultiprocOptions options;
  options.names = seriesguard::NameForm::kUnderscored;
  const auto folder = seriesguard::ReadMultiprocFolder(argv[1], options);
  if (!folder.ok()) {
    std::fprintf(stderr, "%s\n", seriesguard::SafeText(std::string(folder.status().message())).c_str());
    return 2;
  }
  std::fwrite(folder->text.data(), 1, folder->text.size(), stdout);
  for (const seriesguard::RefusedWorkerFile& file : folder->refused) {
    std::fprintf(stderr, "%s: %s\n", seriesguard::SafeText(file.name).c_str(),
                 seriesguard::SafeText(file.reason).c_str());
  }
  return folder->refused_files == 0 ? 0 : 2;
}
