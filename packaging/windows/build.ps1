# Builds the program and its installer on Windows: powershell -File packaging\windows\build.ps1 [-Python PATH] [-Iscc PATH]
#
# Needs Python 3.11 to 3.13 (64 bit) and Inno Setup 6.3 or newer. Leaves dist\crosstrade-desk-VERSION-windows-x64-setup.exe.
# Nobody has run it yet. Where a certificate for signing is to be had, set CROSSTRADE_DESK_SIGN to the command that signs one file, with
# the file's name to follow it; without it Windows SmartScreen warns at the first start.

param(
    [string]$Python = 'py',
    [string]$Iscc = "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe"
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

function Invoke-Checked {
    param([string]$Program, [string[]]$Arguments)
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with $LASTEXITCODE" }
}

function Invoke-Sign {
    param([string]$File)
    if (-not $env:CROSSTRADE_DESK_SIGN) { return }
    Invoke-Checked 'cmd' @('/c', "$env:CROSSTRADE_DESK_SIGN `"$File`"")
}

Set-Location (Resolve-Path "$PSScriptRoot\..\..")
$own = 'build\freeze\Scripts\python.exe'
$frozen = 'build\frozen\crosstrade-desk'

# The environment: what is locked, and the program from its own wheel.
if (Test-Path build) { Remove-Item -Recurse -Force build }
Invoke-Checked $Python @('-m', 'venv', 'build\freeze')
Invoke-Checked $own @('-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', 'packaging\requirements.txt',
    '-r', 'packaging\requirements-freeze.txt', '-r', 'packaging\requirements-build.txt')
Invoke-Checked $own @('-m', 'hatchling', 'build', '-t', 'wheel', '-d', 'build\wheel')
$wheel = (Get-ChildItem build\wheel\*.whl).FullName
Invoke-Checked $own @('-m', 'pip', 'install', '--quiet', '--no-deps', '--no-index', $wheel)
$version = & $own -I -c 'import crosstrade_desk; print(crosstrade_desk.__version__)'

# The program, and its last check: the tour.
Invoke-Checked 'build\freeze\Scripts\pyinstaller.exe' @('--noconfirm', '--log-level', 'WARN', '--distpath', 'build\frozen',
    '--workpath', 'build\work', 'packaging\pyinstaller\crosstrade-desk.spec')
Invoke-Checked $own @('packaging\pyinstaller\paths_inside.py', $frozen, (Get-Location).Path, $env:USERPROFILE)
Invoke-Checked "$frozen\crosstrade-desk.exe" @('about')
Invoke-Checked "$frozen\crosstrade-desk.exe" @('tour', '--out', 'build\tour')

# The installer.
Get-ChildItem $frozen -Filter *.exe | ForEach-Object { Invoke-Sign $_.FullName }
Copy-Item build\work\crosstrade-desk\crosstrade-desk.ico packaging\windows\crosstrade-desk.ico
try {
    Invoke-Checked $Iscc @("/DVersion=$version", "/DFrozen=$((Resolve-Path $frozen).Path)", "/DOut=$((Get-Location).Path)\dist",
        'packaging\windows\installer.iss')
}
finally {
    Remove-Item packaging\windows\crosstrade-desk.ico
}
Get-ChildItem dist\*-setup.exe | ForEach-Object { Invoke-Sign $_.FullName }
